public import PalanaCore
import Synchronization

/// The agents' claims on hosts, kept at most a second old: making them walks all rules, and only cold names ask.
public final class AgentHostClaims: Sendable {
    private struct State {
        var agents: Set<AgentID> = []
        var claims = HostClaims(agents: [])
        var made: ContinuousClock.Instant?
    }

    private let directory: any AgentDirectory
    private let platformHosts: @Sendable () -> [String]
    private let maximumAge: Duration
    private let state = Mutex(State())
    private let clock = ContinuousClock()

    /// - Parameter platformHosts: hosts that rules outside of agents name (`EgressPolicy`), exact or `*.suffix`.
    public init(
        directory: any AgentDirectory, maximumAge: Duration = .seconds(1),
        platformHosts: @escaping @Sendable () -> [String] = { [] }
    ) {
        self.directory = directory
        self.maximumAge = maximumAge
        self.platformHosts = platformHosts
    }

    /// Which agents' rules count from now on.
    func replaceAgents(_ agents: Set<AgentID>) {
        state.withLock {
            $0.agents = agents
            $0.made = nil
        }
    }

    /// - Parameter host: lower case, no port.
    public func claim(on host: String) -> HostClaim {
        let agents = state.withLock { state -> Set<AgentID>? in
            if let made = state.made, clock.now - made < maximumAge { return nil }
            return state.agents
        }
        if let agents { refresh(agents) }
        return state.withLock { $0.claims.claim(on: host) }
    }

    /// Asks the directory outside of the lock.
    private func refresh(_ agents: Set<AgentID>) {
        let fresh = HostClaims(agents: agents.compactMap(directory.agent), hosts: platformHosts())
        state.withLock {
            $0.claims = fresh
            $0.made = clock.now
        }
    }
}
