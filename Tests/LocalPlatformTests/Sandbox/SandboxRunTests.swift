import Foundation
import Glibc
import PalanaCore
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("A sandbox runs")
struct SandboxRunTests {
    @Test("its agent and reports how it ended", arguments: sandboxModes)
    func exitStatus(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode, command: ["sh", "-c", "echo hello; pwd; exit 42"])
        #expect(try await fixture.runToEnd() == SandboxExit(status: LocalPlatform.ExitStatus(code: 42)))
        try await eventually { fixture.folder.text("agent.log") == "hello\n/data\n" }
    }

    @Test("nothing when the agent's program is missing, and says so", arguments: sandboxModes)
    func missingProgram(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode, command: ["no-such-program"])
        await #expect {
            _ = try await fixture.runToEnd()
        } throws: { error in
            "\(error)" == "Can't start a program in the sandbox: no-such-program: No such file or directory"
        }
    }

    @Test("programs beside the agent, each with its own output and exit status", arguments: sandboxModes)
    func exec(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let first = try await sandbox.run(["sh", "-c", "echo one; exit 3"])
            let second = try await sandbox.run(["sh", "-c", "echo two; kill -9 $$"])
            #expect(first == ("one", LocalPlatform.ExitStatus(code: 3)))
            #expect(second == ("two", LocalPlatform.ExitStatus(code: 137)))
        }
    }

    @Test("exec'd programs under exactly the agent's confinement", arguments: sandboxModes)
    func sameConfinement(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let keys = "^(Uid|Gid|Groups|Cap...|NoNewPrivs|Seccomp.*|Speculation.*|Cpus_allowed|Umask|Sig(Blk|Ign)):"
            let agent = sandbox.agent.numberInside
            let agents = try await sandbox.output(
                of: "grep -E '\(keys)' /proc/\(agent)/status; cat /proc/\(agent)/limits")
            let own = try await sandbox.output(of: "grep -E '\(keys)' /proc/self/status; cat /proc/self/limits")
            #expect(agents == own)
            for line in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
                #expect(agents.contains("\(line):\t0000000000000000"))
            }
            #expect(agents.contains("NoNewPrivs:\t1"))
            #expect(agents.contains("Seccomp:\t2"))
            let user = fixture.configuration.user
            #expect(agents.contains("Uid:\t\(user)\t\(user)\t\(user)\t\(user)"))
        }
    }

    @Test("a terminal of its own that knows its size and can't be typed into", arguments: sandboxModes)
    func terminal(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let script = """
                tty; stty size; echo "$TERM"; python3 - <<'E'
                import fcntl, termios
                try:
                    fcntl.ioctl(0, termios.TIOCSTI, b'x')
                    print("typed")
                except OSError as error:
                    print(error.strerror)
                E
                echo to-tty > /dev/tty
                read line; stty size
                """
            let process = try await sandbox.exec(
                ["sh", "-c", script], streams: .terminal(TerminalSize(columns: 81, rows: 25)))
            let io = DescriptorIO(try #require(process.terminal))
            var text = ""
            while !text.contains("to-tty") {
                text += String(decoding: try #require(try await io.read()), as: UTF8.self)
            }
            process.resize(TerminalSize(columns: 120, rows: 40))
            try await io.write(Array("\n".utf8))
            while let more = try await io.read() { text += String(decoding: more, as: UTF8.self) }
            let lines = text.split(whereSeparator: \.isNewline)
            #expect(lines == ["/dev/pts/0", "25 81", "xterm-256color", "Operation not permitted", "to-tty", "40 120"])
            #expect(try await process.wait().isSuccess)
        }
    }

    @Test("until it is stopped: politely first, by force after the grace", arguments: sandboxModes)
    func stopping(mode: SandboxMode) async throws {
        let polite = try await SandboxFixture(
            mode, command: ["sh", "-c", "trap 'exit 9' TERM; echo up; while :; do sleep 0.05; done"])
        #expect(try await stop(polite, grace: .seconds(20)).code == 9)
        let stubborn = try await SandboxFixture(
            mode, command: ["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"])
        #expect(try await stop(stubborn, grace: .milliseconds(200)).code == 137)
    }

    private func stop(_ fixture: SandboxFixture, grace: Duration) async throws -> LocalPlatform.ExitStatus {
        let sandbox = try await Sandbox.start(fixture.configuration)
        async let end = sandbox.supervise()
        try await eventually { fixture.folder.text("agent.log").contains("up") }
        await sandbox.stop(grace: grace)
        return await end.status
    }

    @Test("with a /data that outlives it", arguments: sandboxModes)
    func persistence(mode: SandboxMode) async throws {
        let size: UInt64 = 32 << 20
        let fixture = try await SandboxFixture(mode, workspaceSize: size)
        try await fixture.withSandbox { _ = try await $0.output(of: "echo kept > /data/file") }
        let seen = try await fixture.withSandbox { try await $0.output(of: "cat /data/file; id -u; stat -c %u /data") }
        #expect(seen == "kept\n\(fixture.configuration.user)\n\(fixture.configuration.user)")
    }
}
