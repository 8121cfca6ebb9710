import KubernetesClient
import PalanaCore
public import PlatformAPI

/// Starting and stopping agents. An agent in a cluster runs unless it is suspended, so that start and resume are one.
extension ClusterOperations {
    public func start(agent name: String) async throws { try await resume(agent: name) }

    public func resume(agent name: String) async throws {
        guard try await agent(name).spec.suspended == true else {
            throw APIError(.alreadyRunning, agent: name)
        }
        try await setSuspended(false, name)
    }

    public func suspend(agent name: String) async throws {
        guard try await agent(name).spec.suspended != true else { return }
        try await setSuspended(true, name)
    }

    private func setSuspended(_ suspended: Bool, _ name: String) async throws {
        let namespace = try await home.namespace()
        _ = try await asking { () async throws(KubernetesFailure) in
            try await client.patch(Agent.self, name, in: namespace, ["spec": ["suspended": .bool(suspended)]])
        }
    }

    public func logs(agent name: String, follow: Bool, tail: Int?) async throws -> LogPieces {
        try await log(of: try await agent(name), follow: follow, tail: tail)
    }

    func log(of agent: Agent, follow: Bool, tail: Int?) async throws -> PodLog {
        let name = agent.metadata.name
        guard let pod = try await pod(of: agent) else { throw APIError(.notRunning, agent: name) }
        guard pod.hasStarted else {
            throw APIError(
                .unavailable, "agent \(name) has written nothing yet\(pod.obstacle.map { " (\($0))" } ?? ""); try again"
            )
        }
        return try await asking { () async throws(KubernetesFailure) in
            try await client.podLog(
                AgentPod.name, in: agent.id.rawValue, container: AgentPod.container, follow: follow, tail: tail)
        }
    }
}
