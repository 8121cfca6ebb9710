/// Stops agents at once and keeps them stopped as long as it exists. Namespaced: in a tenant namespace it is for that
/// tenant's agents only, in the platform's own namespace for any.
public struct KillSwitch: Codable, Hashable, Sendable {
    public var apiVersion = APIVersion.current
    public var kind = ResourceKind.killSwitch
    public var metadata: ObjectMeta
    public var spec: KillSwitchSpec
    /// Written by the platform only.
    public var status: KillSwitchStatus?

    /// On one machine: who asked for it, written by the platform, whatever the manifest says. In a cluster the API server's
    /// audit log tells.
    public static let requesterAnnotation = "palana.dev/requested-by"

    public init(metadata: ObjectMeta, spec: KillSwitchSpec, status: KillSwitchStatus? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

public struct KillSwitchSpec: Codable, Hashable, Sendable {
    /// What is taken from the agents, each with all that stands before it.
    public enum Level: String, Codable, Sendable, CaseIterable {
        /// Nothing leaves the agent any more; what is open is cut.
        case network
        /// Its processes stand still.
        case freeze
        /// Its processes are stopped; `/data` stays.
        case suspend
        /// It is deleted.
        case terminate
    }

    public var target: KillTarget
    /// Default: `network`.
    public var level: Level?
    /// Why, for the people who find their agent stopped.
    public var reason: String
    /// When it releases its agents by itself. Nil means when it is deleted.
    public var expiresAt: Timestamp?

    public init(target: KillTarget, level: Level? = nil, reason: String, expiresAt: Timestamp? = nil) {
        self.target = target
        self.level = level
        self.reason = reason
        self.expiresAt = expiresAt
    }
}

/// Which agents a kill switch is for: exactly one of the four is given.
public struct KillTarget: Codable, Hashable, Sendable {
    /// Labels that an agent must have, all of them.
    public struct Selector: Codable, Hashable, Sendable {
        public var labels: [String: String]?

        public init(labels: [String: String]? = nil) {
            self.labels = labels
        }
    }

    /// `name` in a tenant namespace, `owner/name` everywhere.
    public var agent: String?
    /// All agents of this raw owner.
    public var owner: String?
    public var selector: Selector?
    /// Only `true` has a meaning.
    public var all: Bool?

    public init(agent: String? = nil, owner: String? = nil, selector: Selector? = nil, all: Bool? = nil) {
        self.agent = agent
        self.owner = owner
        self.selector = selector
        self.all = all
    }
}

extension KillTarget: CustomStringConvertible {
    /// `owner alice@example.com`, `all agents`.
    public var description: String {
        let labels = (selector?.labels ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let parts = [
            agent.map { "agent \($0)" }, owner.map { "owner \($0)" },
            labels.isEmpty ? nil : labels.joined(separator: ","),
            all == true ? "all agents" : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}

public struct KillSwitchStatus: Codable, Hashable, Sendable {
    /// One agent that the switch reached.
    public struct Hit: Codable, Hashable, Sendable {
        /// The agent's namespace: its `AgentID`.
        public var agent: String
        /// When nothing of it was running or open any more at the level that was asked for. Nil means not yet.
        public var effectiveAt: Timestamp?
        /// How long that took, counted from the moment at which the platform saw the switch.
        public var milliseconds: Int?

        public init(agent: String, effectiveAt: Timestamp? = nil, milliseconds: Int? = nil) {
            self.agent = agent
            self.effectiveAt = effectiveAt
            self.milliseconds = milliseconds
        }
    }

    /// What one replica of the gateway did; on Kubernetes, where each cuts what it has by itself.
    public struct Gateway: Codable, Hashable, Sendable {
        /// The pod's name.
        public var name: String
        /// How many agents the switch holds that have nothing open there any more.
        public var agents: Int
        /// The generation of the switch that this is about.
        public var observedGeneration: Int?
        /// When the last of them had nothing open any more; nil when there is none.
        public var effectiveAt: Timestamp?
        /// How long the slowest took, counted from when the replica saw the switch.
        public var milliseconds: Int?

        public init(
            name: String, agents: Int, observedGeneration: Int? = nil, effectiveAt: Timestamp? = nil,
            milliseconds: Int? = nil
        ) {
            self.name = name
            self.agents = agents
            self.observedGeneration = observedGeneration
            self.effectiveAt = effectiveAt
            self.milliseconds = milliseconds
        }
    }

    public var conditions: [Condition]?
    /// What the level comes to where the agents run.
    public var effectiveLevel: KillSwitchSpec.Level?
    public var agents: [Hit]?
    public var gateways: [Gateway]?

    public init(
        conditions: [Condition]? = nil, effectiveLevel: KillSwitchSpec.Level? = nil, agents: [Hit]? = nil,
        gateways: [Gateway]? = nil
    ) {
        self.conditions = conditions
        self.effectiveLevel = effectiveLevel
        self.agents = agents
        self.gateways = gateways
    }
}
