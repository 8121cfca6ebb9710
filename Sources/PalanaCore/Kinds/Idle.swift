/// What becomes of an agent whose time is over.
public enum Shutdown: String, Codable, Sendable, CaseIterable {
    /// It stops and keeps what it has.
    case suspend
    /// It goes, its data by its reclaim policy.
    case delete
}

/// What happens to an agent that does nothing.
public struct Idle: Codable, Hashable, Sendable {
    /// Duration without activity, as `30m`.
    public var after: String?
    /// How long before that it is said; left out, nothing is said before.
    public var warnBefore: String?
    /// `suspend` if left out.
    public var action: Shutdown?
    /// Cores, as `50m`: who computes more than that isn't idle.
    public var cpuFloor: String?
    /// Hosts, exact or `*.suffix`, that can be asked without being active: where a heartbeat goes.
    public var ignoreHosts: [String]?

    public init(
        after: String? = nil, warnBefore: String? = nil, action: Shutdown? = nil, cpuFloor: String? = nil,
        ignoreHosts: [String]? = nil
    ) {
        self.after = after
        self.warnBefore = warnBefore
        self.action = action
        self.cpuFloor = cpuFloor
        self.ignoreHosts = ignoreHosts
    }

    enum CodingKeys: String, CodingKey {
        case after, warnBefore, action, cpuFloor, ignoreHosts
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        after = try container.decodeIfPresent(String.self, forKey: .after)
        warnBefore = try container.decodeIfPresent(String.self, forKey: .warnBefore)
        action = try container.decodeIfPresent(Shutdown.self, forKey: .action)
        cpuFloor = try container.decodeQuantityIfPresent(forKey: .cpuFloor)
        ignoreHosts = try container.decodeIfPresent([String].self, forKey: .ignoreHosts)
    }
}

/// When an agent that was suspended because it did nothing goes on by itself.
public struct Wake: Codable, Hashable, Sendable {
    /// A ``CronSchedule``, in UTC.
    public var schedule: String?

    public init(schedule: String? = nil) {
        self.schedule = schedule
    }
}
