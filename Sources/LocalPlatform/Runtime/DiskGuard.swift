public import Logging
public import PalanaCore
public import ServiceLifecycle

/// Watches the disk that the state folder is on: while it is low, agents are paused, before the audit log fails, and
/// they go on when there is room again.
public struct DiskGuard: Service {
    private let runtime: LocalRuntime
    private let audit: any AuditSink
    private let interval: Duration
    private let isLow: @Sendable (Bool) throws -> Bool
    private let logger: Logger

    /// - Parameter isLow: whether the disk is low, given whether it was a moment ago. Throws when that can't be told,
    ///   which counts as low.
    public init(
        runtime: LocalRuntime, audit: any AuditSink, logger: Logger, interval: Duration = .seconds(1),
        isLow: @escaping @Sendable (_ before: Bool) throws -> Bool
    ) {
        self.runtime = runtime
        self.audit = audit
        self.logger = logger
        self.interval = interval
        self.isLow = isLow
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var reason: String?
            while !Task.isCancelled {
                let now = look(wasLow: reason != nil)
                // Also when nothing changed: a process may have been woken up by one that nobody had stopped yet.
                if now != nil || reason != nil { await runtime.setPaused(now != nil) }
                if (now == nil) != (reason == nil) { await tell(now) }
                reason = now
                // Cancelled: the loop's condition ends it.
                try? await Task.sleep(for: interval)
            }
        }
    }

    /// Why agents must pause; nil when there is room.
    private func look(wasLow: Bool) -> String? {
        do {
            return try isLow(wasLow) ? "the disk of the state folder is nearly full" : nil
        } catch {
            return "how much room the state folder has can't be told: \(error)"
        }
    }

    private func tell(_ reason: String?) async {
        let action = reason == nil ? "agents-resumed" : "agents-paused"
        var event = AuditEvent(kind: .platform, action: action, outcome: .succeeded)
        event.detail = reason ?? "there is room on the disk again"
        logger.warning("disk.\(reason == nil ? "ok" : "low")", metadata: ["detail": "\(event.detail ?? "")"])
        do {
            try await audit.record(event)
        } catch {
            logger.error("audit.failed", metadata: ["event": "\(action)", "reason": "\(error.reason)"])
        }
    }
}
