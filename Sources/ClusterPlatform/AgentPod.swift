import KubernetesClient
import PalanaCore
import PlatformAPI

/// The one pod of an agent, as the operator's workload makes it.
struct AgentPod: Sendable {
    /// Replica 0 of the StatefulSet `agent`.
    static let name = "agent-0"
    static let container = "agent"

    let pod: Pod

    private var container: Pod.ContainerStatus? {
        pod.status?.containerStatuses?.first { $0.name == Self.container }
    }

    var isRunning: Bool { !pod.isTerminating && container?.state?.running != nil }

    /// Whether there is output of the agent's command.
    var hasStarted: Bool {
        container?.state?.running != nil || container?.state?.terminated != nil
            || container?.lastState?.terminated != nil
    }

    var restarts: Int { container?.restartCount ?? 0 }

    /// How the command ended last; nil while the first one runs. The pod starts it again.
    var exitCode: Int32? {
        (container?.state?.terminated ?? container?.lastState?.terminated)?.exitCode.flatMap { Int32(exactly: $0) }
    }

    /// Why it doesn't run, in words; nil when there is nothing to say.
    var obstacle: String? {
        let waiting = container?.state?.waiting
        let unscheduled = pod.status?.conditions?.first { $0.type == "PodScheduled" && $0.status == "False" }
        let reason = waiting?.reason ?? unscheduled?.reason
        let message = waiting?.message ?? unscheduled?.message
        let words = [reason, message].compactMap { $0 }.filter { !$0.isEmpty }
        return words.isEmpty ? nil : words.joined(separator: ": ")
    }
}

extension ClusterOperations {
    /// The agent's pod; nil while there is none.
    func pod(of agent: Agent) async throws -> AgentPod? {
        do throws(KubernetesFailure) {
            return try await client.find(Pod.self, AgentPod.name, in: agent.id.rawValue).map { AgentPod(pod: $0) }
        } catch {
            // Before the operator has made the namespace, nobody has been given a right in it.
            if error.reason == .forbidden, agent.status?.conditions?[.namespaceReady]?.status != .true { return nil }
            throw APIError(error)
        }
    }

    /// The agent's pod, which must run.
    func runningPod(of agent: Agent) async throws -> AgentPod {
        guard let pod = try await pod(of: agent), pod.isRunning else {
            throw APIError(.notRunning, agent: agent.metadata.name)
        }
        return pod
    }

    /// Waits until the agent's command runs, and says meanwhile what is in the way.
    func startedPod(of name: String) async throws -> AgentPod {
        let end = ContinuousClock.now + deadlines.start
        var told: String?
        while true {
            let agent = try await agent(name)
            let pod = try await pod(of: agent)
            if let pod, pod.isRunning { return pod }
            let obstacle = pod?.obstacle ?? agent.obstacle
            guard agent.status?.phase != .failed, agent.status?.phase != .killed, ContinuousClock.now < end else {
                throw APIError(
                    .unavailable,
                    "agent \(name) does not run\(obstacle.map { " (\($0))" } ?? ""); see: palana describe agent \(name)"
                )
            }
            if let obstacle, obstacle != told { notify("waiting for agent \(name): \(obstacle)") }
            told = obstacle ?? told
            try await Task.sleep(for: deadlines.pause)
        }
    }
}

extension Agent {
    /// What the platform says is in the way.
    fileprivate var obstacle: String? {
        status?.conditions?.first { $0.status == .false && !$0.message.isEmpty }.map { "\($0.reason): \($0.message)" }
    }
}
