import Foundation
import Glibc
import LocalPlatform
import TestSupport
import Testing

/// The other suites run as whoever runs the tests, in CI as root.
@Suite("A platform of an ordinary user", .platform(.ordinaryUser), .serialized)
struct PlatformUserTests {
    @Test("says that it runs without root's means, and really does")
    func mode() async throws {
        let platform = try PlatformFixture.shared()
        let status = try await platform.must("status")
        #expect(status.contains("user"), "\(status)")
        let expected = geteuid() == 0 ? Place.plainUser : geteuid()
        let everything = try ProcessTree.descendants(of: try platform.platformID())
        #expect(everything.count > 8)
        for process in everything where process.isAlive {
            let text = try String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
            let users = text.split(separator: "\n").first { $0.hasPrefix("Uid:") }?.split(separator: "\t").dropFirst()
            #expect(users.map(Set.init) == ["\(expected)"], "\(process): \(users ?? [])")
        }
    }

    @Test("keeps its agents in, uses their secrets and refuses what no rule allows")
    func agents() async throws {
        let platform = try PlatformFixture.shared()
        #expect(try await platform.probe("one", PlatformFailureTests.request).status == 200)
        #expect(
            try await platform.probe("one", .request("/orders", headers: PlatformCredentialTests.bearer).direct).status
                == 200)
        let arrived = try platform.world.requests().count
        #expect(try await platform.probe("one", .request("/", host: "denied.e2e.test")).code == "denied_by_policy")
        #expect(try platform.world.requests().count == arrived)
        let environment = try await platform.must("exec", "one", "--no-tty", "--", "env")
        #expect(environment.contains("API_KEY=sk_test_") && !environment.contains(platform.world.key))
        let status = try await platform.must("exec", "one", "--no-tty", "--", "cat", "/proc/self/status")
        #expect(status.contains("CapEff:\t0000000000000000") && status.contains("CapBnd:\t0000000000000000"))
        #expect(status.contains("NoNewPrivs:\t1") && status.contains("Seccomp:\t2"))
        #expect(try await platform.palana("run", "code", "--no-tty", "--", "sh", "-c", "exit 42").status == 42)
    }

    @Test("ends with down, and is there again with everything it had")
    func down() async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must("exec", "one", "--no-tty", "--", "sh", "-c", "echo kept > /data/note")
        let processes = try ProcessTree.descendants(of: try platform.platformID())
        try await platform.must("down")
        try await eventually("up has ended") { platform.exitStatus != nil }
        #expect(platform.exitStatus == 0)
        #expect(processes.filter(\.isAlive).isEmpty)
        try await platform.startAgain()
        try await eventually("the agent is back with its data and its secret") {
            let note = try await platform.palana("exec", "one", "--no-tty", "--", "cat", "/data/note")
            guard note.status == 0, note.output == "kept\n" else { return false }
            return try await platform.probe("one", PlatformFailureTests.request).status == 200
        }
        #expect(try await platform.palana("audit", "verify").status == 0)
    }
}
