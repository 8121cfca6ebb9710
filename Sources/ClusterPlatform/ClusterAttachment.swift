import KubernetesClient
import PalanaCore
public import PlatformAPI

/// A person's terminal at a process in an agent's pod, over the API server.
public struct ClusterAttachment: TerminalAttachment {
    private let operations: ClusterOperations

    public init(_ operations: ClusterOperations) {
        self.operations = operations
    }

    /// An agent's own command has no terminal in a pod.
    public func takesTerminal(_ verb: AttachRequest.Verb, command: [String]) -> Bool {
        verb == .exec || !command.isEmpty
    }

    public func attach(
        _ request: AttachRequest, source: AttachClient.Source, handlers: AttachClient.Handlers
    ) async throws -> Int32 {
        let agent = try await operations.agent(request.agent)
        guard request.verb == .run else {
            _ = try await operations.runningPod(of: agent)
            return try await exec(request, in: agent, source, handlers)
        }
        guard request.mounts.isEmpty else { throw APIError.unsupportedInCluster("palana run --mount") }
        if agent.spec.suspended == true { try await operations.resume(agent: request.agent) }
        let pod = try await operations.startedPod(of: request.agent)
        guard request.command.isEmpty else { return try await exec(request, in: agent, source, handlers) }
        return try await follow(agent, from: pod, source, handlers)
    }

    private func exec(
        _ request: AttachRequest, in agent: Agent, _ source: AttachClient.Source, _ handlers: AttachClient.Handlers
    ) async throws -> Int32 {
        let process = PodProcess(
            namespace: agent.id.rawValue, pod: AgentPod.name, container: AgentPod.container,
            way: .exec(request.command), hasTerminal: request.tty)
        do {
            return try await operations.client.withPodStream(to: process) { stream in
                if let window = request.window { try await stream.resize(window) }
                return try await PodRelay(stream: stream, source: source, handlers: handlers, notify: operations.notify)
                    .run()
            }
        } catch let failure as KubernetesFailure {
            throw APIError(failure)
        }
    }

    /// What the agent's own command writes, from its beginning; ends with it, or with the person. The agent stays.
    private func follow(
        _ agent: Agent, from pod: AgentPod, _ source: AttachClient.Source, _ handlers: AttachClient.Handlers
    ) async throws -> Int32 {
        try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask {
                for try await bytes in try await operations.log(of: agent, follow: true, tail: nil) {
                    try handlers.output(bytes)
                }
                return try await exitCode(of: agent, since: pod)
            }
            group.addTask { await source.endingSignal().map { 128 + $0 } }
            defer { group.cancelAll() }
            for try await code in group {
                if let code { return code }
            }
            throw APIError(.failed, "agent \(agent.metadata.name) ended without an exit code")
        }
    }

    /// The kubelet says it a moment after the output has ended.
    private func exitCode(of agent: Agent, since before: AgentPod) async throws -> Int32 {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            guard let pod = try await operations.pod(of: agent), pod.pod.metadata.uid == before.pod.metadata.uid else {
                break
            }
            if let code = pod.exitCode, !pod.isRunning || pod.restarts > before.restarts { return code }
            try await Task.sleep(for: operations.deadlines.pause)
        }
        throw APIError(
            .unavailable,
            "the output of agent \(agent.metadata.name) ended without an exit code: its pod is gone, or goes on; see: "
                + "palana describe agent \(agent.metadata.name)")
    }
}
