public import KubernetesClient
public import Logging
public import PalanaCore
public import ServiceLifecycle

/// Tells when the agents that kill switches hold have nothing open on this replica any more: each switch in its status,
/// everybody in the audit log. The directory has taken the network by then; this only finds out.
public final class CutReporter: Service {
    private let client: KubernetesClient
    private let directory: ClusterAgentDirectory
    private let replica: String
    private let waitUntilCut: @Sendable (Set<AgentID>) async throws -> Void
    private let audit: any AuditSink
    private let logger: Logger

    /// How long after a failure it is tried again.
    private static let pause = Duration.seconds(1)

    /// - Parameters:
    ///   - replica: the pod's name.
    ///   - waitUntilCut: returns when these agents have nothing open.
    public init(
        client: KubernetesClient, directory: ClusterAgentDirectory, replica: String, audit: any AuditSink,
        logger: Logger, waitUntilCut: @escaping @Sendable (Set<AgentID>) async throws -> Void
    ) {
        self.client = client
        self.directory = directory
        self.replica = replica
        self.waitUntilCut = waitUntilCut
        self.audit = audit
        self.logger = logger
    }

    public func run() async {
        await cancelWhenGracefulShutdown {
            var book = CutBook(replica: self.replica)
            for await _ in self.directory.killChanges() {
                while !Task.isCancelled, await !self.isDone(&book) {
                    do { try await Task.sleep(for: Self.pause) } catch { return }
                }
            }
        }
    }

    /// Looks once at all that there is.
    /// - Returns: whether all of it is known and told.
    private func isDone(_ book: inout CutBook) async -> Bool {
        let begun = ContinuousClock.now
        let held = directory.held()
        let (fresh, released) = book.held(held)
        for id in released { await record("released", id, held) }
        do {
            if !fresh.isEmpty {
                try await waitUntilCut(fresh)
                let time = Int(begun.duration(to: .now) / .milliseconds(1))
                book.cut(fresh, at: .now(), milliseconds: time)
                for id in fresh { await record("killed", id, held, Double(time)) }
            }
            for one in held {
                guard let report = book.news(of: one) else { continue }
                try await tell(report, of: one)
                book.told(report, of: one)
            }
            return true
        } catch {
            logger.warning("kill.not-told", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// Each replica has an entry of its own there.
    private func tell(
        _ report: KillSwitchStatus.Gateway, of held: HeldAgents
    ) async throws(KubernetesFailure) {
        var kill = held.kill
        kill.status = KillSwitchStatus(gateways: [report])
        do throws(KubernetesFailure) {
            try await client.applyStatus(kill, fieldManager: replica)
        } catch {
            // It is gone, or another one has its name by now: the watch shows that next.
            guard [.notFound, .conflict].contains(error.reason) else { throw error }
        }
    }

    private func record(_ action: String, _ id: AgentID, _ held: [HeldAgents], _ duration: Double? = nil) async {
        var event = AuditEvent(kind: .lifecycle, action: action, outcome: .succeeded)
        event.agent = id
        event.duration = duration
        let holding = held.filter { $0.agents[id] != nil }
        let agent = holding.first?.agents[id]
        (event.agentName, event.owner) = (agent?.metadata.name, agent?.spec.owner)
        let order = ControlOrder(causes: holding.map { KillCause($0.kill) }, isSuspended: false, host: .cluster)
        if let cause = order.cause {
            event.resource = ResourceKey(.killSwitch, cause.name).description
            event.reason = cause.reason
            event.detail = "\(order.effectiveLevel ?? cause.level)"
        }
        do {
            try await audit.record(event)
        } catch {
            logger.error("audit.failed", metadata: ["event": "\(action)", "reason": "\(error.reason)"])
        }
    }
}
