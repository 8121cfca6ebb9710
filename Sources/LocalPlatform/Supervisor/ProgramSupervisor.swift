public import Logging
import PalanaCore
public import ServiceLifecycle
import Synchronization

/// Keeps one program running: start, wait until it serves, wait until it ends, back off, again. Ends only when its task
/// is cancelled, and then stops the program in good order.
public final class ProgramSupervisor: Service {
    public let program: SupervisedProgram
    private let logger: Logger
    private let onChange: @Sendable (ProgramState) async -> Void
    private let current = Mutex(ProgramState())
    private let firstReady = Outcome<Void>()

    /// - Parameter onChange: told of each change of phase and each restart, in order; for the audit log.
    public init(
        _ program: SupervisedProgram, logger: Logger,
        onChange: @escaping @Sendable (ProgramState) async -> Void = { _ in }
    ) {
        self.program = program
        self.logger = logger
        self.onChange = onChange
    }

    public var state: ProgramState { current.withLock { $0 } }

    /// Returns once the program has served for the first time.
    public func waitUntilReady() async throws {
        try await firstReady.value()
    }

    /// Runs until the service is to end.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.supervise() }
        await change { state in
            state.phase = .stopped
            state.pid = nil
        }
    }

    private func supervise() async {
        var backoff = RestartBackoff()
        while !Task.isCancelled {
            let started = ContinuousClock.now
            let reason = await runOnce()
            guard !Task.isCancelled else { break }
            let delay = backoff.delay(afterRunning: started.duration(to: .now))
            logger.warning(
                "program.ended",
                metadata: ["program": "\(program.name)", "reason": "\(reason)", "retry_in": "\(delay)"])
            await change { state in
                state.phase = .restarting
                state.pid = nil
                state.restarts += 1
                state.detail = reason
            }
            // Cancelled while waiting: the loop's condition ends it.
            try? await Task.sleep(for: delay)
        }
    }

    /// One life of the program; returns why it ended.
    private func runOnce() async -> String {
        do {
            let child = try ChildProcess.start(try program.configuration())
            if state.restarts == 0 { await change { $0.phase = .starting } }
            let reason = await watch(child)
            _ = await child.stop(grace: program.stopGrace)
            return reason
        } catch {
            return "\(error)"
        }
    }

    private func watch(_ child: ChildProcess) async -> String {
        await withTaskGroup(of: String?.self) { group in
            group.addTask { (try? await child.wait()).map { "ended with \($0)" } }
            group.addTask { await self.reachReadiness(child) }
            for await reason in group {
                guard let reason else { continue }
                group.cancelAll()
                return reason
            }
            return "stopped"
        }
    }

    /// Nil when the program became ready (or the wait was cancelled), otherwise why it did not.
    private func reachReadiness(_ child: ChildProcess) async -> String? {
        do {
            try await withDeadline(program.readyWithin, program.becomeReady)
            await change { state in
                state.phase = .ready
                state.pid = child.program
                state.detail = nil
            }
            firstReady.set(())
            return nil
        } catch is CancellationError {
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func change(_ body: (inout ProgramState) -> Void) async {
        let (before, state) = current.withLock { state in
            let before = state
            body(&state)
            return (before, state)
        }
        guard before.phase != state.phase || before.restarts != state.restarts else { return }
        await onChange(state)
    }
}
