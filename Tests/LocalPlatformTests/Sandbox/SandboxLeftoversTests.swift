import Foundation
import Glibc
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("What a killed supervisor leaves behind")
struct SandboxLeftoversTests {
    @Test("is found in the table of mounts, with its escapes")
    func table() {
        let table = """
            36 35 98:0 / /state/a/data rw,noatime - ext4 /dev/loop0 rw
            37 35 98:0 / /state\\040two/data rw - ext4 /dev/loop1 rw
            38 35 98:0 / /stateful/data rw - ext4 /dev/loop2 rw
            39 35 98:0 / /state/b\\040c/data rw - ext4 /dev/loop3 rw
            """
        #expect(SandboxLeftovers.mountPoints(in: table, below: "/state") == ["/state/a/data", "/state/b c/data"])
    }

    @Test(
        "is unmounted, and the workspace can be used again",
        .enabled(if: geteuid() == 0, "mounts are made as root only"))
    func unmounts() async throws {
        let fixture = try await SandboxFixture(.root, workspaceSize: 16 << 20)
        let workspace = Workspace(
            configuration: fixture.configuration.workspace, mode: .root, user: fixture.configuration.user,
            tools: fixture.configuration.tools)
        try await workspace.open()  // and nobody closes it
        #expect(SandboxLeftovers.unmount(below: fixture.folder.path) == [fixture.folder.path("workspace/data")])
        #expect(SandboxLeftovers.unmount(below: fixture.folder.path) == [])
        let output = try await fixture.withSandbox { try await $0.output(of: "echo usable") }
        #expect(output == "usable")
    }
}
