/// Where an agent's connections may come from, on top of which listener they arrive at.
public enum AgentSources: Sendable, Hashable {
    /// The listener can be reached by the agent alone, as a Unix socket in its sandbox can: nothing to check.
    case listenerAlone
    /// Its pods, by address. An empty set is nobody.
    case addresses(Set<IPAddress>)

    /// Nobody.
    public static let none = AgentSources.addresses([])

    /// - Parameter source: the connection's own source as the data plane says it, nil where it says none.
    public func admit(_ source: IPAddress?) -> Bool {
        switch self {
        case .listenerAlone: true
        case .addresses(let addresses): source.map(addresses.contains) ?? false
        }
    }
}
