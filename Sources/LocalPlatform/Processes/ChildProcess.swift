import Dispatch
import Foundation
public import Glibc
import Synchronization

/// A child of the supervisor, started through `palana-guard`: when this process ends in any way (`kill -9` too), the
/// child's whole group is killed at once.
///
/// Keep the value for as long as the child should run: the last reference to go takes the child with it.
public final class ChildProcess: Sendable {
    /// The guard's number, which stands for the child: signals sent to it are passed on, its end is the child's end.
    public let id: pid_t

    /// The program's own process, which the guard started; the guard's where the kernel doesn't tell (proc_pid_task(5),
    /// `children`) or the guard hasn't come so far.
    public var program: pid_t {
        guard let children = try? String(contentsOfFile: "/proc/\(id)/task/\(id)/children", encoding: .utf8) else {
            return id
        }
        return children.split(separator: " ").first.flatMap { pid_t($0) } ?? id
    }

    /// Our end of the socket pair whose other end the guard watches.
    private let lifeline: Descriptor
    private let exit = Outcome<ExitStatus>()
    private let isReaped = Mutex(false)
    private let watch = Mutex<ReadWatch?>(nil)

    /// Starts the child.
    /// - Throws: ``ChildProcessError`` when the guard can't be started. A program that can't be run shows as the exit
    ///   status 126 or 127, with the reason in its error output.
    public static func start(_ configuration: ChildProcessConfiguration) throws(ChildProcessError) -> ChildProcess {
        let (ours, guards) = try Descriptor.pair()
        let id = try GuardedSpawn(configuration, lifeline: guards).run()
        return ChildProcess(id: id, lifeline: ours)
    }

    private init(id: pid_t, lifeline: Descriptor) {
        self.id = id
        self.lifeline = lifeline
        let watch = ReadWatch(lifeline, on: Self.queue) { [weak self] in
            self?.reap()
            return false
        }
        self.watch.withLock { $0 = watch }
    }

    deinit {
        watch.withLock { $0?.cancel() }
        guard !isReaped.withLock({ $0 }) else { return }
        // Nobody is left to wait for it: closing the lifeline ends it, the queue collects it.
        shutdown(lifeline.number, Int32(SHUT_RDWR))
        let id = self.id
        Self.queue.async {
            var status: Int32 = 0
            waitpid(id, &status, 0)
        }
    }

    /// The exit status, once the child has ended. Any number of tasks may wait.
    /// - Throws: `CancellationError` when the waiting task is cancelled; the child runs on.
    public func wait() async throws(CancellationError) -> ExitStatus {
        try await exit.value()
    }

    /// The exit status of a child that is sure to end soon: waits even in a cancelled task.
    func waitIgnoringCancellation() async -> ExitStatus {
        await exit.valueIgnoringCancellation()
    }

    /// The exit status when the child has ended, or nil.
    public var status: ExitStatus? { exit.current }

    /// Passes a signal on to the child (TERM, INT, HUP, QUIT, USR1, USR2, WINCH, CONT); KILL takes the whole group.
    /// Does nothing once the child has ended.
    public func signal(_ number: Int32) {
        isReaped.withLock { reaped in
            guard !reaped else { return }
            if number == SIGKILL {
                shutdown(lifeline.number, Int32(SHUT_RDWR))
            } else {
                Glibc.kill(id, number)
            }
        }
    }

    /// Asks the child to end with SIGTERM and kills it when it is still there after `grace`, or at once when the
    /// calling task is cancelled.
    public func stop(grace: Duration) async -> ExitStatus {
        signal(SIGTERM)
        let ended = await withTaskGroup(of: ExitStatus?.self) { group in
            group.addTask { try? await self.wait() }
            group.addTask {
                try? await Task.sleep(for: grace)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        if let ended { return ended }
        signal(SIGKILL)
        return await exit.valueIgnoringCancellation()
    }

    /// Called when the guard's end of the lifeline closed: it is exiting, so the wait is a matter of microseconds.
    private func reap() {
        let status: ExitStatus? = isReaped.withLock { reaped in
            guard !reaped else { return nil }
            var raw: Int32 = 0
            while waitpid(id, &raw, 0) < 0 && errno == EINTR {}
            reaped = true
            return ExitStatus(waitStatus: raw)
        }
        if let status { exit.set(status) }
    }

    private static let queue = DispatchQueue(label: "palana.child-processes")
}
