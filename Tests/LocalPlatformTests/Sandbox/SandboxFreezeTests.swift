import Foundation
import Glibc
import PalanaCore
import TestSupport
import Testing

@testable import LocalPlatform

/// What an agent may do not to stand still; python programs that add to /data/ticks as long as they live.
struct Restless: Sendable, CustomTestStringConvertible {
    let name: String
    let program: String
    var testDescription: String { name }

    private static let start = """
        import ctypes, os, signal, sys, threading, time
        def tick():
            with open("/data/ticks", "ab", 0) as file: file.write(b"t")

        """

    static let all = [
        Restless(
            name: "ignores every signal",
            program: start + """
                for number in range(1, 65):
                    try: signal.signal(number, signal.SIG_IGN)
                    except (OSError, ValueError): pass
                while True: tick()
                """),
        Restless(
            name: "is another process at each moment, in sessions of its own",
            program: start + """
                for _ in range(4):
                    if os.fork() == 0:
                        while True:
                            tick()
                            if os.fork() != 0: os._exit(0)
                            os.setsid()
                while True: time.sleep(1)
                """),
        Restless(
            name: "wakes whom it may",
            program: start + """
                for _ in range(6):
                    if os.fork() == 0:
                        while True:
                            tick()
                            try: os.kill(-1, signal.SIGCONT)
                            except OSError: pass
                while True: time.sleep(1)
                """),
        Restless(
            name: "ends its first thread and works in another",
            program: start + """
                def work():
                    while True: tick()
                threading.Thread(target=work, daemon=True).start()
                ctypes.CDLL(None).pthread_exit(None)
                """),
    ]
}

@Suite("A frozen sandbox", .serialized)
struct SandboxFreezeTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let mode: SandboxMode
        let agent: Restless
        var testDescription: String { "\(agent.name), in \(mode) mode" }
    }

    static let rows = sandboxModes.flatMap { mode in Restless.all.map { Row(mode: mode, agent: $0) } }

    @Test(
        "stands still whatever its agent does, goes on when it is thawed, and can be killed while it stands",
        .timeLimit(.minutes(1)), arguments: rows)
    func freeze(_ row: Row) async throws {
        let fixture = try await SandboxFixture(row.mode, command: ["python3", "-c", row.agent.program])
        let ticks = { fixture.folder.text("workspace/data/ticks").utf8.count }
        try await fixture.withSandbox { sandbox in
            try await eventually { ticks() > 0 }
            for _ in 0..<2 {
                #expect(await sandbox.freeze(until: .now + .seconds(5)))
                let before = ticks()
                let later = ContinuousClock.now + .milliseconds(400)
                try await eventually { ContinuousClock.now > later }
                #expect(ticks() == before)
                await sandbox.thaw()
                try await eventually { ticks() > before }
            }
            #expect(await sandbox.freeze(until: .now + .seconds(5)))
        }
    }
}
