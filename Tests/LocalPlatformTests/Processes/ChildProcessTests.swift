import Foundation
import Glibc
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("A child process")
struct ChildProcessTests {
    private func configuration(_ script: String, output: ChildOutput = .discard) throws -> ChildProcessConfiguration {
        ChildProcessConfiguration(
            guardPath: try SandboxBuild.path(of: "palana-guard"), executable: "/bin/sh", arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin"], output: output)
    }

    @Test(
        "ends with the status a shell would report",
        arguments: [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
    func exitStatus(script: String, code: Int32) async throws {
        let child = try ChildProcess.start(configuration(script))
        #expect(try await child.wait() == LocalPlatform.ExitStatus(code: code))
        #expect(child.status == LocalPlatform.ExitStatus(code: code))
    }

    @Test("that can't be run ends with 127 and says why in its log")
    func notFound() async throws {
        let folder = try TemporaryFolder()
        let log = try CappedLog(path: folder.path("log"), limit: 4096)
        var wrong = try configuration("", output: .log(log))
        wrong.executable = "/nowhere/program"
        let child = try ChildProcess.start(wrong)
        #expect(try await child.wait().code == 127)
        try await eventually { folder.text("log").contains("can't run /nowhere/program: No such file or directory") }
    }

    @Test("is given its descriptors under the numbers asked for, and no others")
    func descriptors() async throws {
        let (reader, writer) = try Descriptor.pipe()
        var asked = try configuration("ls /proc/self/fd | tr '\\n' ' ' >&5")
        asked.descriptors = [5: writer]
        let child = try ChildProcess.start(asked)
        #expect(try await child.wait().isSuccess)
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = read(reader.number, &buffer, 100)
        // 3 is the folder that `ls` itself reads.
        #expect(String(decoding: buffer[..<max(count, 0)], as: UTF8.self) == "0 1 2 3 5 ")
    }

    @Test("gets signals passed on, and is killed after its grace when it ignores them")
    func stopping() async throws {
        let folder = try TemporaryFolder()
        let polite = try ChildProcess.start(
            configuration("trap 'exit 3' TERM; touch \(folder.path("a")); while :; do sleep 0.05; done"))
        try await eventually { folder.exists("a") }
        #expect(await polite.stop(grace: .seconds(20)).code == 3)

        let stubborn = try ChildProcess.start(
            configuration("trap '' TERM; touch \(folder.path("b")); while :; do sleep 0.05; done"))
        try await eventually { folder.exists("b") }
        #expect(await stubborn.stop(grace: .milliseconds(100)).code == 137)
    }

    @Test("takes its own children along when it is killed")
    func wholeGroup() async throws {
        let folder = try TemporaryFolder()
        let child = try ChildProcess.start(configuration("sleep 1000 & echo $! > \(folder.path("pid")); wait"))
        try await eventually { pid_t(folder.text("pid").trimmingCharacters(in: .whitespacesAndNewlines)) != nil }
        let grandchild = try #require(pid_t(folder.text("pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        child.signal(SIGKILL)
        #expect(try await child.wait().code == 137)
        try await eventually { kill(grandchild, 0) != 0 || isZombie(grandchild) }
    }

    @Test("doesn't outlive the last reference to it")
    func dropped() async throws {
        var child: ChildProcess? = try ChildProcess.start(configuration("sleep 1000"))
        let id = try #require(child?.id)
        #expect(kill(id, 0) == 0)
        child = nil
        try await eventually { kill(id, 0) != 0 }
    }

    @Test("may be waited for by several tasks, each of which can give up")
    func waiting() async throws {
        let child = try ChildProcess.start(configuration("sleep 1000"))
        let impatient = Task { try await child.wait() }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        async let first = child.wait()
        async let second = child.wait()
        child.signal(SIGTERM)
        #expect(try await [first.code, second.code] == [143, 143])
    }

    @Test("doesn't lose an exit when hundreds start and end at once")
    func many() async throws {
        let configuration = try configuration("exit 9")
        try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<200 { group.addTask { try await ChildProcess.start(configuration).wait().code } }
            for try await code in group { #expect(code == 9) }
        }
    }
}
