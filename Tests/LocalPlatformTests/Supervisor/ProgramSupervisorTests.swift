import Foundation
import Glibc
import Logging
import Synchronization
import Testing

@testable import LocalPlatform

@Suite("A supervised program")
struct ProgramSupervisorTests {
    private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Ready when the program itself has run, and not only its guard.
    private func program(_ folder: TemporaryFolder) throws -> SupervisedProgram {
        let sign = folder.path("ready")
        let own = try SandboxBuild.path(of: "palana-guard")
        return SupervisedProgram(name: "sleeper") {
            if FileManager.default.fileExists(atPath: sign) { try FileManager.default.removeItem(atPath: sign) }
            return ChildProcessConfiguration(
                guardPath: own, executable: "/bin/sh", arguments: ["-c", "touch \(sign); exec sleep 60"],
                environment: ["PATH": "/usr/bin:/bin"], output: .discard)
        } becomeReady: {
            try await poll { FileManager.default.fileExists(atPath: sign) }
        }
    }

    @Test("is told of once a crash, and by its own process, not its guard's")
    func crash() async throws {
        let told = Mutex<[ProgramState]>([])
        let folder = try TemporaryFolder()
        let supervisor = ProgramSupervisor(try program(folder), logger: Self.quiet) { state in
            told.withLock { $0.append(state) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await supervisor.run() }
            let first = try await process(of: supervisor, otherThan: nil)
            try await eventually { try String(contentsOfFile: "/proc/\(first)/comm", encoding: .utf8) == "sleep\n" }
            kill(first, SIGKILL)
            let second = try await process(of: supervisor, otherThan: first)
            try await eventually { try String(contentsOfFile: "/proc/\(second)/comm", encoding: .utf8) == "sleep\n" }
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
        return try #require(pid)
    }
}
