import Foundation
import Glibc
import PalanaCore
import TestSupport
import Testing

@testable import LocalPlatform

/// What an agent may do to wear out the machine; python programs that hold on to what they took.
struct Abuse: Sendable, CustomTestStringConvertible {
    let name: String
    let program: String
    /// What it says once it has all that it gets.
    let sign: String

    var testDescription: String { name }

    static let all = [
        Abuse(
            name: "forks without end",
            program: """
                import os, time
                def child():
                    time.sleep(1000)
                count = 0
                while True:
                    try:
                        if os.fork() == 0: child()
                        count += 1
                    except OSError as error:
                        print("refused", error.errno, flush=True)
                        break
                while True: time.sleep(1)
                """, sign: "refused 11"),
        Abuse(
            name: "opens files without end",
            program: """
                import os, time
                held = []
                try:
                    while True: held.append(os.open("/dev/null", 0))
                except OSError as error:
                    print("refused", error.errno, len(held) < 300, flush=True)
                time.sleep(1000)
                """, sign: "refused 24 True"),
        Abuse(
            name: "takes connections without end",
            program: """
                import resource, socket, time
                held = []
                try:
                    while True:
                        held.append(socket.create_connection(("127.0.0.1", 3128), 5))
                except OSError as error:
                    print("refused", error.errno, flush=True)
                time.sleep(1000)
                """, sign: "refused 24"),
        Abuse(
            name: "fills /tmp",
            program: """
                import time
                try:
                    with open("/tmp/x", "wb", 0) as file:
                        while True: file.write(bytes(1 << 20))
                except OSError as error:
                    print("refused", error.errno, flush=True)
                time.sleep(1000)
                """, sign: "refused 28"),
        Abuse(
            name: "burns all cores",
            program: """
                import os, time
                for _ in range(8):
                    if os.fork() == 0:
                        while True: pass
                print("burning", flush=True)
                time.sleep(1000)
                """, sign: "burning"),
    ]
}

@Suite("An agent that")
struct SandboxAbuseTests {
    @Test("leaves the host and the next agent as they were, and can be ended", arguments: sandboxModes, Abuse.all)
    func neighbour(mode: SandboxMode, abuse: Abuse) async throws {
        let limits = SandboxLimits(cpus: 0.5, processes: 64, openFiles: 256, temporary: 16 << 20)
        let hostile = try await SandboxFixture(mode, command: ["python3", "-c", abuse.program], limits: limits)
        let quiet = try await SandboxFixture(mode)
        let sandbox = try await Sandbox.start(hostile.configuration)
        async let end = sandbox.supervise()
        try await eventually { hostile.folder.text("agent.log").contains(abuse.sign) }
        try await quiet.withSandbox { neighbour async throws in
            let clock = ContinuousClock()
            let before = clock.now
            #expect(try await neighbour.output(of: "/tests/palana-echo check 3128 4 100000") == "4 whole, 0 open")
            #expect(clock.now - before < .seconds(10))
        }
        await sandbox.stop(grace: .zero)
        #expect(await end.status.code != 0)
    }

    @Test("ignores signals, leaves its session and forks twice ends all the same", arguments: sandboxModes)
    func stubborn(mode: SandboxMode) async throws {
        let script = """
            import os, signal, time
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            for _ in range(3):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        os.setpgid(0, 0)
                        while True: time.sleep(1)
                    os._exit(0)
            print("up", flush=True)
            while True: time.sleep(1)
            """
        let fixture = try await SandboxFixture(mode, command: ["python3", "-c", script])
        let sandbox = try await Sandbox.start(fixture.configuration)
        async let end = sandbox.supervise()
        try await eventually { fixture.folder.text("agent.log").contains("up") }
        let pause = SandboxPause(launcher: sandbox.id)
        // The agent and three grandchildren.
        try await eventually { pause.processes().count == 4 }
        let family = pause.processes()
        await sandbox.stop(grace: .milliseconds(100))
        #expect(await end.status.code == 137)
        try await eventually { family.allSatisfy { kill($0, 0) != 0 } }
    }

    @Test("leaves orphans has them reaped", arguments: sandboxModes)
    func orphans(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode, limits: SandboxLimits(processes: 40))
        try await fixture.withSandbox { sandbox async throws in
            for _ in 0..<5 {
                _ = try await sandbox.output(of: "for i in 1 2 3 4 5 6 7 8 9 10; do (true &) ; done")
            }
            try await eventually {
                try await sandbox.output(of: "cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z '") == "0"
            }
        }
    }

    @Test("writes to a removed file is held to its workspace's size too", arguments: sandboxModes)
    func namelessFile(mode: SandboxMode) async throws {
        let script = """
            import os, time
            file = os.open("/data/x", os.O_CREAT | os.O_WRONLY)
            os.unlink("/data/x")
            try:
                for _ in range(400): os.write(file, bytes(1 << 20))
                print("written", flush=True)
            except OSError as error:
                print("refused", error.errno, flush=True)
            time.sleep(1000)
            """
        let fixture = try await SandboxFixture(mode, command: ["python3", "-c", script], workspaceSize: 32 << 20)
        let sandbox = try await Sandbox.start(fixture.configuration)
        async let end = sandbox.supervise()
        switch mode {
        case .root:
            try await eventually { fixture.folder.text("agent.log").contains("refused 28") }
            sandbox.kill()
            #expect(await end.reason == nil)
        case .user:
            #expect(await end.reason?.contains("the workspace holds more than workspace.size") == true)
        }
    }

    @Test("makes files without end pays for each", arguments: [SandboxMode.user])
    func manyFiles(mode: SandboxMode) async throws {
        let script = """
            import time
            for i in range(6000): open(f"/data/{i}", "w").close()
            time.sleep(1000)
            """
        let fixture = try await SandboxFixture(mode, command: ["python3", "-c", script], workspaceSize: 4 << 20)
        let sandbox = try await Sandbox.start(fixture.configuration)
        async let end = sandbox.supervise()
        #expect(await end.reason?.contains("the workspace holds more than workspace.size") == true)
    }
}

@Suite("A mount")
struct MountAccessTests {
    @Test(
        "that the agent's user can't use is refused at the start, with what to do", arguments: sandboxModes,
        [true, false])
    func refused(mode: SandboxMode, isWritable: Bool) async throws {
        let fixture = try await SandboxFixture(mode)
        let folder = try TemporaryFolder()
        try folder.make("theirs")
        // Another user's; or, when we have but one, nobody's.
        chmod(folder.path, 0o755)
        chmod(folder.path("theirs"), geteuid() != 0 ? 0 : isWritable ? 0o755 : 0o700)
        let mount = CheckedMount(
            source: folder.path("theirs"), destination: "/deep/down/theirs", isWritable: isWritable, repositories: [])
        await #expect {
            _ = try await fixture.endOfSandbox(mounts: [mount]) { _ in }
        } throws: { error in
            (error as? SandboxError)?.kind == .refused
                && "\(error)".contains(
                    "/deep/down/theirs can't be \(isWritable ? "written" : "read") by the agent, whose user is "
                        + "\(fixture.configuration.user) there: chown, chmod or setfacl its source")
        }
        chmod(folder.path("theirs"), 0o777)
        let text = try await fixture.withSandbox(mounts: [mount]) {
            try await $0.output(of: "ls -d /deep/down/theirs/.")
        }
        #expect(text == "/deep/down/theirs/.")
    }

    @Test("of the agent's own private folder can be reached however deep it is mounted", arguments: sandboxModes)
    func deep(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        let folder = try TemporaryFolder()
        try folder.make("own")
        folder.give(to: mode == .root ? fixture.configuration.user : SandboxFixture.plainUser)
        chmod(folder.path("own"), 0o700)
        let mount = CheckedMount(
            source: folder.path("own"), destination: "/deep/down/own", isWritable: true, repositories: [])
        let text = try await fixture.withSandbox(mounts: [mount]) {
            try await $0.output(of: "echo mine > /deep/down/own/file; cat /deep/down/own/file")
        }
        #expect(text == "mine")
    }
}
