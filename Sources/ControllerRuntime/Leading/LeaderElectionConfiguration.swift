/// Which lease decides who leads, and how fast. The times keep two leaders apart as long as `renewDeadline` is well
/// below `leaseDuration`; clocks of different machines are never compared.
public struct LeaderElectionConfiguration: Sendable, Hashable {
    public var namespace: String
    public var name: String
    /// Of this process alone: the pod's name and something that a restart changes.
    public var identity: String
    /// After so long without a renewal another one may take the lease. Whole seconds.
    public var leaseDuration: Duration
    /// A leader that couldn't renew for so long stops.
    public var renewDeadline: Duration
    /// How often the lease is renewed, or looked at.
    public var retryPeriod: Duration

    public init(
        namespace: String, name: String, identity: String, leaseDuration: Duration = .seconds(15),
        renewDeadline: Duration = .seconds(10), retryPeriod: Duration = .seconds(2)
    ) {
        self.namespace = namespace
        self.name = name
        self.identity = identity
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
    }
}

/// Why somebody leads no longer.
public struct LeadershipLost: Error, Sendable, Hashable, CustomStringConvertible {
    public var description: String

    public init(_ sentence: String) {
        description = sentence
    }
}
