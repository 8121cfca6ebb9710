public import Certificates
public import EnvoyAPI
public import GRPCCore
public import Logging
public import PalanaCore
public import ServiceLifecycle
import ServiceSupport
import SwiftProtobuf
import Synchronization

/// Envoy's delta ADS server and the keeper of what it serves: one listener per live agent and leaves on demand.
///
/// ```
/// AgentDirectory.changes() ──▶ ListenerCatalog ──┐ ring
///                                                ├──▶ DiscoveryStream (one per Envoy) ──▶ responses
/// Envoy's subscriptions ──▶ LeafStore ───────────┘
/// ```
/// Register it with a `GRPCSocketServer` and run it as a `Service` beside it. An agent that leaves the directory, or is
/// killed or suspended, loses its listener, and with it everything it has open, within milliseconds.
public final class DiscoveryService: Service, Sendable {
    public struct Configuration: Sendable {
        /// How long Envoy keeps a leaf before it asks again.
        public var leafLifetime: Duration

        public init(leafLifetime: Duration = .seconds(600)) {
            self.leafLifetime = leafLifetime
        }
    }

    private let configuration: Configuration
    private let directory: any AgentDirectory
    private let catalog: ListenerCatalog
    private let claims: AgentHostClaims
    let leaves: LeafStore
    private let streams = Mutex<[ObjectIdentifier: DiscoveryStream]>([:])
    private let logger: Logger

    /// - Parameters:
    ///   - prepare: what must be done before Envoy opens an agent's listener there.
    ///   - placement: where an agent's listener stands, nil while it has no place; asked at each change, so it should say
    ///     the same of the same agent: another place cuts all that the agent has open.
    ///   - claims: how rules name hosts, by default those of the directory's agents.
    public init(
        configuration: Configuration = Configuration(), directory: any AgentDirectory, issuer: LeafIssuer,
        budget: LeafBudget = LeafBudget(), claims: AgentHostClaims? = nil, logger: Logger,
        prepare: @escaping @Sendable (AgentID) -> Void = { _ in },
        placement: @escaping @Sendable (AgentID) -> ListenerPlacement?
    ) {
        let claims = claims ?? AgentHostClaims(directory: directory)
        self.configuration = configuration
        self.directory = directory
        self.claims = claims
        self.logger = logger
        catalog = ListenerCatalog(placement: placement, prepare: prepare)
        leaves = LeafStore(issuer: issuer, budget: budget, logger: logger) { claims.claim(on: $0) }
    }

    /// Follows the directory until shutdown.
    public func run() async throws {
        let changes = directory.changes()
        for await agents in changes.cancelOnGracefulShutdown() {
            // Asked now: a kill since this was said counts already, and one that is said next comes again.
            let active = agents.filter { directory.agent($0)?.standing == .active }
            claims.replaceAgents(active)
            if try catalog.replace(with: active) { ringAll() }
        }
        guard Task.isShuttingDownGracefully || Task.isCancelled else { throw DiscoveryError.directoryEnded }
    }

    /// Returns when Envoy accepts connections where the agent's listener stands.
    ///
    /// - Throws: `DiscoveryError` when Envoy refused the listener or took longer than `timeout`.
    public func waitUntilListening(_ agent: AgentID, timeout: Duration = .seconds(5)) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        while true {
            let placement = catalog.placement(of: agent)
            switch catalog.status(of: agent) {
            case .accepted where placement?.isListening == true: return
            case .rejected(let reason): throw DiscoveryError.listenerRejected(agent, reason: reason)
            case .accepted, .pending: break
            }
            guard clock.now < deadline else {
                throw DiscoveryError.notListening(agent, place: placement?.description ?? "a listener", after: timeout)
            }
            try await clock.sleep(for: .milliseconds(2))
        }
    }

    /// What an administrator should know: listeners that Envoy refused, one sentence each. Empty when all is well.
    public var problems: [String] {
        catalog.rejected.map { "Envoy refused the listener of \($0.key): \($0.value)" }.sorted()
    }

    /// Whether an Envoy is connected and asked for listeners.
    public var isConnected: Bool {
        streams.withLock { Array($0.values) }.contains { $0.withSession(\.wantsListeners) }
    }

    /// Whether an Envoy that is connected may have a listener of one of these agents.
    func mayHold(_ agents: Set<AgentID>) -> Bool {
        let names = Set(agents.map(\.rawValue))
        return streams.withLock { Array($0.values) }.contains { $0.withSession { $0.mayHold(names) } }
    }

    private func ringAll() {
        for stream in streams.withLock({ Array($0.values) }) { stream.ring() }
    }
}

extension ListenerPlacement {
    /// Whether somebody accepts connections there.
    fileprivate var isListening: Bool {
        switch address {
        case .socket(let path, _): UnixSocket.isListening(at: path)
        case .port(let port, let address): TCPPort.isListening(port, on: address)
        }
    }
}

extension DiscoveryService: Envoy_Service_Discovery_V3_AggregatedDiscoveryService.SimpleServiceProtocol {
    /// One Envoy's stream, until it closes.
    public func deltaAggregatedResources(
        request: RPCAsyncSequence<Envoy_Service_Discovery_V3_DeltaDiscoveryRequest, any Error>,
        response: RPCWriter<Envoy_Service_Discovery_V3_DeltaDiscoveryResponse>, context: ServerContext
    ) async throws {
        let stream = DiscoveryStream()
        streams.withLock { $0[ObjectIdentifier(stream)] = stream }
        defer { _ = streams.withLock { $0.removeValue(forKey: ObjectIdentifier(stream)) } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.read(request, into: stream) }
            group.addTask {
                for await _ in stream.bell { try await self.write(stream, to: response) }
            }
            // Whichever ends first ends the stream: a closed connection ends the reader, a failed write the writer.
            try await group.next()
            stream.finish()
            group.cancelAll()
        }
    }

    private func read(
        _ requests: RPCAsyncSequence<Envoy_Service_Discovery_V3_DeltaDiscoveryRequest, any Error>,
        into stream: DiscoveryStream
    ) async throws {
        for try await request in requests {
            let answer: DiscoverySession.Answer?
            do {
                answer = try stream.withSession { try $0.receive(request, holds: leaves.isOurs) }
            } catch let error as DiscoveryError {
                logger.error("discovery request refused", metadata: ["reason": "\(error)"])
                throw RPCError(code: .invalidArgument, message: error.description)
            }
            if let answer { record(answer) }
            stream.ring()
        }
    }

    private func write(
        _ stream: DiscoveryStream, to response: RPCWriter<Envoy_Service_Discovery_V3_DeltaDiscoveryResponse>
    ) async throws {
        while true {
            // Listeners first, each round: a kill must not wait behind leaves.
            let wanted = catalog.wanted
            let listeners = stream.withSession { $0.nextListeners(wanted) }
            if let listeners { try await response.write(listeners) }
            let names = stream.withSession { $0.takeWantedLeaves() }
            let secrets = try answerLeaves(names, on: stream)
            if let secrets { try await response.write(secrets) }
            if listeners == nil, names.isEmpty, secrets == nil { return }
        }
    }

    private func record(_ answer: DiscoverySession.Answer) {
        if let error = answer.error {
            let names = answer.versions.keys.sorted().joined(separator: " ")
            logger.error(
                "envoy refused resources",
                metadata: ["kind": "\(answer.kind)", "names": "\(names)", "reason": "\(error)"])
            catalog.record(.rejected(reason: error), for: answer.versions)
        } else {
            catalog.record(.accepted, for: answer.versions)
        }
    }

    private func answerLeaves(
        _ names: [String], on stream: DiscoveryStream
    ) throws -> Envoy_Service_Discovery_V3_DeltaDiscoveryResponse? {
        var resources: [Envoy_Service_Discovery_V3_Resource] = []
        var refused: [String] = []
        var evicted: [String] = []
        for name in names {
            let (answer, gone) = leaves.answer(name)
            evicted += gone
            switch answer {
            case .leaf(let leaf): resources.append(try resource(named: name, leaf))
            case .refused(let reason):
                logger.debug("leaf refused", metadata: ["reason": "\(reason.rawValue)"])
                refused.append(name)
            }
        }
        dropEverywhere(evicted)
        return stream.withSession { $0.leaves(resources, refused: refused) }
    }

    private func dropEverywhere(_ names: [String]) {
        guard !names.isEmpty else { return }
        for stream in streams.withLock({ Array($0.values) }) {
            stream.withSession { $0.drop(names) }
            stream.ring()
        }
    }

    private func resource(named name: String, _ leaf: Leaf) throws -> Envoy_Service_Discovery_V3_Resource {
        try .with {
            $0.name = name
            $0.version = leaf.version
            $0.ttl = .with { $0.seconds = configuration.leafLifetime.components.seconds }
            $0.resource = try .init(
                packing: Envoy_Extensions_TransportSockets_Tls_V3_Secret.with {
                    $0.name = name
                    $0.tlsCertificate.certificateChain.inlineString = leaf.chainPEM
                    $0.tlsCertificate.privateKey.inlineString = leaf.keyPEM
                })
        }
    }
}
