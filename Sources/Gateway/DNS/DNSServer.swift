public import Logging
public import PalanaCore
public import ServiceLifecycle
import Synchronization

/// The agents' DNS: a port of its own for each active agent that has a zone, UDP and TCP.
///
/// ```
/// AgentDirectory.changes() ──▶ wanted ports ──▶ DNSEndpoint (one per agent) ──▶ DNSDesk ──▶ DNSResponder
/// ```
/// An agent that is killed, suspended or gone has no port. A port that can't be had is tried again; the agent has no
/// DNS until then, and `problems` says so.
public final class DNSServer: Service {
    private struct State {
        var endpoints: [AgentID: DNSEndpoint] = [:]
        var failures: [AgentID: String] = [:]
    }

    /// Reports that wait to be written; those beyond are not written, each of them says the same.
    private static let mostReports = 256
    private static let retryEvery = Duration.seconds(1)

    private let configuration: DNSConfiguration
    private let directory: any AgentDirectory
    private let zones: any AgentZones
    private let audit: any AuditSink
    private let logger: Logger
    private let state = Mutex(State())
    private let wanted = Mutex<Set<AgentID>>([])
    private let reports: AsyncStream<DNSDesk.ForeignSource>
    private let reporter: AsyncStream<DNSDesk.ForeignSource>.Continuation

    public init(
        configuration: DNSConfiguration, directory: any AgentDirectory, zones: any AgentZones, audit: any AuditSink,
        logger: Logger
    ) {
        self.configuration = configuration
        self.directory = directory
        self.zones = zones
        self.audit = audit
        self.logger = logger
        (reports, reporter) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.mostReports))
    }

    /// Agents whose port can't be had, one sentence each. Empty when all is well.
    public var problems: [String] {
        state.withLock { $0.failures.map { "no DNS for \($0.key): \($0.value)" } }.sorted()
    }

    /// Whether the agent's port is open.
    public func isServing(_ agent: AgentID) -> Bool { state.withLock { $0.endpoints[agent] != nil } }

    /// Serves until shutdown.
    public func run() async throws {
        // Holds one ring at most: whoever is busy looks again afterwards anyway.
        let (bell, ringer) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.writeReports() }
            group.addTask { await self.retry(ringer) }
            group.addTask {
                for await _ in bell { await self.reconcile() }
            }
            for await agents in directory.changes().cancelOnGracefulShutdown() {
                wanted.withLock { $0 = agents }
                ringer.yield()
            }
            ringer.finish()
            reporter.finish()
            group.cancelAll()
            await group.waitForAll()
        }
        for endpoint in state.withLock({ Array($0.endpoints.values) }) { await endpoint.close() }
    }

    private func reconcile() async {
        let wanted = ports(of: wanted.withLock { $0 })
        let open = state.withLock { $0.endpoints }
        for (agent, endpoint) in open where wanted[agent] != endpoint.port {
            state.withLock { $0.endpoints[agent] = nil }
            await endpoint.close()
        }
        state.withLock { state in state.failures = state.failures.filter { wanted[$0.key] != nil } }
        for (agent, port) in wanted where open[agent]?.port != port { await self.open(agent, port) }
    }

    private func ports(of agents: Set<AgentID>) -> [AgentID: UInt16] {
        var ports: [AgentID: UInt16] = [:]
        for agent in agents where directory.agent(agent)?.standing == .active {
            ports[agent] = zones.zone(of: agent)?.port
        }
        return ports
    }

    private func open(_ agent: AgentID, _ port: UInt16) async {
        let reporter = reporter
        let desk = DNSDesk(agent: agent, configuration: configuration, directory: directory, zones: zones) {
            reporter.yield($0)
        }
        let endpoint = DNSEndpoint(port: port, desk: desk, configuration: configuration)
        do {
            try await endpoint.open()
            state.withLock { state in
                state.endpoints[agent] = endpoint
                state.failures[agent] = nil
            }
        } catch {
            let reason = "port \(port) can't be opened: \(error)"
            let isNews = state.withLock { $0.failures.updateValue(reason, forKey: agent) != reason }
            if isNews { logger.error("dns.port", metadata: ["agent": "\(agent)", "reason": "\(reason)"]) }
        }
    }

    private func retry(_ ringer: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.retryEvery) } catch { return }
            if state.withLock({ !$0.failures.isEmpty }) { ringer.yield() }
        }
    }

    private func writeReports() async {
        for await foreign in reports {
            var event = AuditEvent(kind: .connection, action: "dns", outcome: .denied)
            event.agent = foreign.agent
            event.agentName = directory.agent(foreign.agent)?.name
            event.owner = directory.agent(foreign.agent)?.owner
            event.source = foreign.source?.description
            event.code = .unknownAgent
            event.reason = "a DNS query that doesn't come from the agent that the port belongs to"
            do {
                try await audit.record(event)
            } catch {
                // Nothing was answered: there is nothing left to refuse.
                logger.error("audit failed", metadata: ["reason": "\(error.reason)"])
            }
        }
    }
}
