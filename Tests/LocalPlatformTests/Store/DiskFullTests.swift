import Foundation
import Glibc
import LocalPlatform
import PalanaCore
import Testing

@Suite struct DiskFullTests {
    private func agent(_ bytes: Int) -> Resource {
        let command = Array(repeating: String(repeating: "x", count: 1_000), count: bytes / 1_000)
        return .agent(Agent(metadata: ObjectMeta(name: "demo"), spec: AgentSpec(owner: "alice", command: command)))
    }

    /// On a file system of 256 KiB of its own, which only root can mount.
    @Test(.enabled(if: geteuid() == 0, "mounting a small file system takes root"))
    func `On a full disk the write is refused, the old object stays and nothing is half written`() async throws {
        let folder = try StoreFolder()
        try #require(mount("tmpfs", folder.path, "tmpfs", 0, "size=256k,mode=0700") == 0)
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let store = try LocalStore(folder: folder.path)
        let small = try await store.put(agent(1_000), if: .none)
        let failure = await #expect(throws: StoreFailure.self) { try await store.put(agent(400_000), if: .none) }
        #expect(failure?.description.hasPrefix("disk full: can't write \(folder.path)/agent") == true)
        #expect(try await store.get(small.key) == small)
        #expect(try folder.files() == ["agent/demo.json"])
        let again = try LocalStore(folder: folder.path)
        #expect(try await again.get(small.key) == small)
        try await again.put(agent(2_000), if: .none)
    }
}
