/// What is to be done with one agent at one moment, and why: the one place where kill switches and `spec.suspended` meet,
/// for both runtimes.
///
/// ```
/// agent + all switches + time ──▶ ControlOrder ──▶ standing (gateway), processes (runtime), isDeleted (operations)
/// ControlOrder before, ControlOrder now ──▶ ControlStep… (what the runtime does)
/// ```
/// Of several switches the strongest counts; an agent is free when the last one is gone.
public struct ControlOrder: Hashable, Sendable {
    /// What the agent's processes may do.
    public enum Processes: String, Sendable, CaseIterable {
        case run
        /// They stand still where they are.
        case freeze
        /// There are none.
        case stop
    }

    /// The strongest of the switches that hold the agent; of equals the one that was made first.
    public var cause: KillCause?
    /// How many hold it.
    public var count: Int
    /// What that switch comes to on this host.
    public var effectiveLevel: KillSwitchSpec.Level?
    /// `spec.suspended`.
    public var isSuspended: Bool
    /// When time alone may make it another order; nil when it doesn't.
    public var nextChange: Timestamp?

    /// - Parameter causes: those that hold the agent, in any order.
    public init(
        causes: [KillCause], isSuspended: Bool, host: AgentHost, nextChange: Timestamp? = nil
    ) {
        cause = causes.max { $0.isWeaker(than: $1) }
        count = causes.count
        effectiveLevel = cause.map { host.effect(of: $0.level) }
        self.isSuspended = isSuspended
        self.nextChange = nextChange
    }

    /// - Parameters:
    ///   - switches: all that could be for the agent.
    ///   - platformNamespace: see ``KillSwitch/matches(_:platformNamespace:)``.
    public init(
        for agent: Agent, switches: some Sequence<KillSwitch>, host: AgentHost, platformNamespace: String,
        now: Timestamp
    ) {
        let holding = switches.filter {
            $0.isInForce(at: now) && $0.matches(agent, platformNamespace: platformNamespace)
        }
        self.init(
            causes: holding.map(KillCause.init), isSuspended: agent.spec.suspended == true, host: host,
            nextChange: holding.compactMap(\.spec.expiresAt).min())
    }

    /// Nobody has stopped it.
    public static func free(_ host: AgentHost) -> ControlOrder {
        ControlOrder(causes: [], isSuspended: false, host: host)
    }

    public var isKilled: Bool { cause != nil }

    /// Whether it may send anything: what the gateway asks.
    public var standing: AgentSnapshot.Standing {
        if isKilled { return .killed }
        return isSuspended ? .suspended : .active
    }

    public var processes: Processes {
        switch effectiveLevel {
        case .suspend, .terminate: .stop
        case .freeze: isSuspended ? .stop : .freeze
        case .network, nil: isSuspended ? .stop : .run
        }
    }

    /// Whether it may be started. One that is only cut off goes on for those who look into it (they may add commands), but
    /// once it has ended it stays so.
    public var mayStart: Bool { !isKilled }

    /// Whether a command may be added to it while it runs.
    public var mayExec: Bool { processes == .run }

    /// Whether the agent itself is to go, its data by its reclaim policy.
    public var isDeleted: Bool { effectiveLevel == .terminate }
}

/// One switch that holds an agent, in what people are told of it.
public struct KillCause: Hashable, Sendable {
    public var name: String
    public var namespace: String?
    /// As it was asked for.
    public var level: KillSwitchSpec.Level
    public var reason: String
    public var made: Timestamp?
    public var expiresAt: Timestamp?

    public init(
        name: String, namespace: String? = nil, level: KillSwitchSpec.Level, reason: String, made: Timestamp? = nil,
        expiresAt: Timestamp? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.level = level
        self.reason = reason
        self.made = made
        self.expiresAt = expiresAt
    }

    public init(_ kill: KillSwitch) {
        self.init(
            name: kill.metadata.name, namespace: kill.metadata.namespace, level: kill.spec.level ?? .network,
            reason: kill.spec.reason, made: kill.metadata.creationTimestamp, expiresAt: kill.spec.expiresAt)
    }

    /// By level; of equals the older one counts for more, then the one whose name comes first.
    fileprivate func isWeaker(than other: KillCause) -> Bool {
        guard level == other.level else { return level < other.level }
        guard made == other.made else { return (made?.seconds ?? .max) > (other.made?.seconds ?? .max) }
        return (namespace ?? "", name) > (other.namespace ?? "", other.name)
    }
}

extension KillCause: CustomStringConvertible {
    /// `KillSwitch leak-in-demo (network): It posts to a pastebin.`
    public var description: String {
        let place = namespace.map { "\($0)/" } ?? ""
        return "KillSwitch \(place)\(name) (\(level.rawValue)): \(ShownText.json(reason).replacing("\n", with: " "))"
    }
}
