public import PalanaCore

/// Why discovery could not do what was asked. Each case reads as one sentence.
public enum DiscoveryError: Error, Sendable, Hashable, CustomStringConvertible {
    case unknownKind(String)
    case tooManyNames
    /// Envoy would not take the agent's listener.
    case listenerRejected(AgentID, reason: String)
    /// Envoy did not open the agent's socket or port in time.
    case notListening(AgentID, place: String, after: Duration)
    /// The directory stopped telling which agents there are.
    case directoryEnded

    public var description: String {
        switch self {
        case .unknownKind(let kind): "Envoy asked for resources of kind \(kind), which are not served"
        case .tooManyNames: "Envoy asked for more than \(DiscoverySession.mostPendingLeaves) certificates at once"
        case .listenerRejected(let agent, let reason): "Envoy refused the listener of \(agent): \(reason)"
        case .notListening(let agent, let place, let time): "Envoy did not open \(place) for \(agent) within \(time)"
        case .directoryEnded: "the agent directory stopped telling which agents there are"
        }
    }
}
