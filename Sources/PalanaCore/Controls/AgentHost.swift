/// What an agent runs on, as far as that decides what can be done to it.
public enum AgentHost: String, Sendable, CaseIterable {
    /// A sandbox of one machine: its processes can be made to stand still.
    case machine
    /// A pod. Kubernetes has no pause.
    case cluster

    /// What a level comes to here.
    public func effect(of level: KillSwitchSpec.Level) -> KillSwitchSpec.Level {
        self == .cluster && level == .freeze ? .network : level
    }
}

extension KillSwitchSpec.Level: Comparable {
    /// By how much is taken: each takes what stands before it, too.
    public static func < (left: Self, right: Self) -> Bool { left.strength < right.strength }

    /// The reason of the condition `Killed`.
    public var conditionReason: String {
        switch self {
        case .network: "Network"
        case .freeze: "Freeze"
        case .suspend: "Suspend"
        case .terminate: "Terminate"
        }
    }

    private var strength: Int {
        switch self {
        case .network: 0
        case .freeze: 1
        case .suspend: 2
        case .terminate: 3
        }
    }
}
