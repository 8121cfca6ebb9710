import Foundation
import Glibc
import Logging
import Synchronization
import Testing

@testable import LocalPlatform

@Suite("A supervised program")
struct ProgramSupervisorTests {
    private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func program() throws -> SupervisedProgram {
        let own = try SandboxBuild.path(of: "palana-guard")
        return SupervisedProgram(name: "sleeper") {
            ChildProcessConfiguration(
                guardPath: own, executable: "/bin/sleep", arguments: ["60"], environment: [:], output: .discard)
        } becomeReady: {
        }
    }

    @Test("is told of once a crash, and by its own process, not its guard's")
    func crash() async throws {
        let told = Mutex<[ProgramState]>([])
        let supervisor = ProgramSupervisor(try program(), logger: Self.quiet) { state in
            told.withLock { $0.append(state) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await supervisor.run() }
            let first = try await process(of: supervisor, otherThan: nil)
            #expect(try String(contentsOfFile: "/proc/\(first)/comm", encoding: .utf8) == "sleep\n")
            kill(first, SIGKILL)
            let second = try await process(of: supervisor, otherThan: first)
            #expect(try String(contentsOfFile: "/proc/\(second)/comm", encoding: .utf8) == "sleep\n")
            group.cancelAll()
        }
        let phases = told.withLock { $0.map(\.phase) }
        #expect(phases == [.ready, .restarting, .ready, .stopped])
        #expect(supervisor.state.restarts == 1)
    }

    /// The process of the program once it serves, after a crash another one than before.
    private func process(of supervisor: ProgramSupervisor, otherThan old: Int32?) async throws -> Int32 {
        var pid: Int32?
        try await eventually {
            let state = supervisor.state
            pid = state.phase == .ready && state.pid != old ? state.pid : nil
            return pid != nil
        }
        return pid ?? 0
    }
}
