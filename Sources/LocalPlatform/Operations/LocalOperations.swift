public import PalanaCore
public import PlatformAPI

/// What a person asks of the single-machine platform: checks, stores, tells the runtime and the vault, and writes down who
/// did what. The extensions hold one noun each.
public struct LocalOperations: HostedPlatform {
    /// What the platform is made of, as the composition root joins it.
    public struct Parts: Sendable {
        public var store: any AgentStore
        public var directory: LocalAgentDirectory
        public var runtime: any AgentRuntime
        public var secretWriter: any SecretWriter
        /// Drops what is cached of a secret, at once.
        public var forgetSecret: @Sendable (SecretReference) async -> Void
        /// Drops what is cached of all secrets of an agent that goes (owner, name).
        public var forgetAgent: @Sendable (String, String) async -> Void
        public var policies: any PolicyAdmission
        public var explainer: any RequestExplainer
        public var audit: any AuditSink
        public var statuses: AgentStatuses
        /// Rung when kill switches come and go.
        public var bell: ControlBell
        /// What agents and people do, for those that end when nothing is done.
        public var activity: ActivityBook
        /// Returns when the agent's egress listener accepts connections.
        public var waitForListener: @Sendable (AgentID) async throws -> Void
        public var status: @Sendable () async -> PlatformStatus
        public var shutDown: @Sendable () async -> Void

        public init(
            store: any AgentStore, directory: LocalAgentDirectory, runtime: any AgentRuntime,
            secretWriter: any SecretWriter, forgetSecret: @escaping @Sendable (SecretReference) async -> Void,
            forgetAgent: @escaping @Sendable (String, String) async -> Void,
            policies: any PolicyAdmission, explainer: any RequestExplainer, audit: any AuditSink,
            statuses: AgentStatuses, bell: ControlBell = ControlBell(), activity: ActivityBook = ActivityBook(),
            waitForListener: @escaping @Sendable (AgentID) async throws -> Void,
            status: @escaping @Sendable () async -> PlatformStatus, shutDown: @escaping @Sendable () async -> Void
        ) {
            self.store = store
            self.directory = directory
            self.runtime = runtime
            self.secretWriter = secretWriter
            self.forgetSecret = forgetSecret
            self.forgetAgent = forgetAgent
            self.policies = policies
            self.explainer = explainer
            self.audit = audit
            self.statuses = statuses
            self.bell = bell
            self.activity = activity
            self.waitForListener = waitForListener
            self.status = status
            self.shutDown = shutDown
        }
    }

    let parts: Parts
    /// The local user: owner of agents that name none, and the actor in the audit log.
    let user: String
    let turns = Turns()

    public init(_ parts: Parts, user: String) {
        self.parts = parts
        self.user = user
    }

    public func status() async throws -> PlatformStatus {
        await parts.status()
    }

    public func shutDown() async {
        await parts.shutDown()
    }

    public func explain(agent: String, method: String, url: String) async throws -> PolicyExplanation {
        let agent = try await storedAgent(agent)
        return try await parts.explainer.explain(agent: agent.id, method: method, url: url)
    }

    /// The agent as it is stored, or `not_found`.
    func storedAgent(_ name: String) async throws -> Agent {
        try await store { store async throws(StoreFailure) in try await store.agent(name) }
    }

    /// The agent as it runs: with its template and the defaults.
    func effectiveAgent(_ name: String) async throws -> Agent {
        try await store { store async throws(StoreFailure) in try await store.effectiveAgent(name) }
    }

    /// Works on the store and answers its failure as the API says it.
    func store<Value>(
        _ body: (any AgentStore) async throws(StoreFailure) -> Value
    ) async throws -> Value {
        do {
            return try await body(parts.store)
        } catch {
            throw APIError(error)
        }
    }

    /// Writes an object and has the gateway know it.
    func put(_ resource: Resource, if condition: WriteCondition) async throws {
        try await store { store async throws(StoreFailure) in _ = try await store.put(resource, if: condition) }
        try await refreshDirectory()
    }

    /// When this returns, the gateway decides by what the store holds now.
    func refreshDirectory() async throws {
        try await store { _ async throws(StoreFailure) in try await parts.directory.refresh() }
    }
}

/// Checks and publishes policies. Implemented over OPA.
public protocol PolicyAdmission: Sendable {
    /// Compiles and tries the policy together with those in force.
    /// - Throws: `APIError` with OPA's message; what is in force stays.
    func check(_ policy: EgressPolicy) async throws
    /// Makes exactly these policies the ones in force.
    func publish(_ policies: [EgressPolicy]) async throws
}

/// Says what would be decided.
public protocol RequestExplainer: Sendable {
    func explain(agent: AgentID, method: String, url: String) async throws -> PolicyExplanation
}

extension APIError {
    init(_ failure: StoreFailure) {
        let reason: Reason =
            switch failure {
            case .notFound: .notFound
            case .alreadyExists, .conflict: .conflict
            case .refused: .invalid
            case .corrupted: .failed
            case .unavailable: .unavailable
            }
        let next =
            switch failure {
            case .notFound(let key): "; those that are there: palana get \(key.kind.rawValue.lowercased())"
            case .alreadyExists: "; change it with: palana apply -f FILE"
            default: ""
            }
        self.init(reason, failure.description + next)
    }

    init(_ failure: SecretFailure) {
        switch failure {
        case .missing(let sentence): self.init(.notFound, sentence)
        case .forbidden(let sentence): self.init(.denied, sentence)
        case .unavailable(let sentence): self.init(.unavailable, sentence)
        }
    }
}
