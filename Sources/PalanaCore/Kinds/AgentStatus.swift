/// What the platform sees of an agent.
public struct AgentStatus: Codable, Hashable, Sendable {
    public enum Phase: String, Codable, Sendable, CaseIterable {
        case pending = "Pending"
        case running = "Running"
        case suspended = "Suspended"
        case killed = "Killed"
        case failed = "Failed"
        case terminating = "Terminating"
    }

    /// The placeholder in force for one proxy-mode secret. No secret itself, yet only its agent has a use for it.
    public struct Placeholder: Codable, Hashable, Sendable {
        public var secret: String
        public var value: String

        public init(secret: String, value: String) {
            self.secret = secret
            self.value = value
        }
    }

    public var phase: Phase?
    public var conditions: [Condition]?
    /// The agent's own namespace: its `AgentID`.
    public var namespace: String?
    /// In a cluster: the TCP port of the gateway's pods that is this agent's alone; its DNS is on a port of its own.
    public var egressPort: Int?
    /// Of an agent with `spec.idle`; written at most once a minute.
    public var lastActivity: Timestamp?
    public var placeholders: [Placeholder]?

    public init(
        phase: Phase? = nil, conditions: [Condition]? = nil, namespace: String? = nil, egressPort: Int? = nil,
        lastActivity: Timestamp? = nil, placeholders: [Placeholder]? = nil
    ) {
        self.phase = phase
        self.conditions = conditions
        self.namespace = namespace
        self.egressPort = egressPort
        self.lastActivity = lastActivity
        self.placeholders = placeholders
    }
}
