import PalanaCore
public import PlatformAPI

/// Attaching a person to a process: only its start is done in the agent's turn, not its life.
extension LocalOperations {
    public func attach(_ request: AttachRequest) async throws -> AttachedProcess {
        try await turns.alone([.agent(request.agent)]) {
            switch request.verb {
            case .run: try await attachToRun(request)
            case .exec: try await attachToExec(request)
            }
        }
    }

    private func attachToExec(_ request: AttachRequest) async throws -> AttachedProcess {
        let agent = try await storedAgent(request.agent)
        if await !isRunning(agent) { try await wakeInTurn(agent) }
        guard parts.directory.order(of: agent.id).mayExec else { throw killed(agent) }
        let act = Act(.lifecycle, "exec", agent: agent, detail: request.command.first)
        let session = try await granting(act) {
            try await runtime(agent) { () async throws(RuntimeFailure) in
                try await parts.runtime.exec(
                    agent.id, command: request.command, environment: request.environment, terminal: request.terminal)
            }
        }
        // Whoever can't be told that the terminal is gone has ended already.
        return counted(agent.id, session) { try? await session.signal(1) }
    }

    private func attachToRun(_ request: AttachRequest) async throws -> AttachedProcess {
        let agent = try await effectiveAgent(request.agent)
        let mounts = try await runtime(agent) { () async throws(RuntimeFailure) in
            try request.mounts.map { text throws(RuntimeFailure) in try AgentMount(parsing: text) }
        }
        guard !request.command.isEmpty || agent.spec.command?.isEmpty == false else {
            throw APIError(
                .invalid, "agent \(request.agent) has no command; give one: palana run \(request.agent) -- CMD")
        }
        try refuseIfKilled(agent)
        try refuseIfExpired(agent)
        try await refuseIfRunning(agent)
        parts.activity.note(agent.id)
        let session = try await granting(Act(.lifecycle, "started", agent: agent)) {
            try await awake(agent) { agent in
                let wanted = request.applied(to: agent)
                try await waitForListener(wanted)
                return try await runtime(wanted) { () async throws(RuntimeFailure) in
                    try await parts.runtime.startAttached(wanted, mounts: mounts, terminal: request.terminal)
                }
            }
        }
        let state = await parts.runtime.state(agent.id)
        // The agent was started for this person; it ends with the terminal.
        return counted(agent.id, session) { await stop(agent, ifStill: state) }
    }

    /// Whose terminal is attached keeps its agent from being idle.
    private func counted(
        _ id: AgentID, _ session: any AgentSession, detach: @escaping @Sendable () async -> Void
    ) -> AttachedProcess {
        let activity = parts.activity
        activity.open(id)
        return AttachedProcess(session: session) {
            await detach()
            activity.close(id)
        }
    }

    /// Stops this run of the agent; a later one, which was started for others, is left alone.
    private func stop(_ agent: Agent, ifStill state: RuntimeState) async {
        await turns.alone([.agent(agent.metadata.name)]) {
            guard case .running = state, await parts.runtime.state(agent.id) == state else { return }
            // Nobody is left to be told; the runtime logs what it can't end.
            try? await parts.runtime.stop(agent.id, grace: .seconds(2))
        }
    }
}

extension AttachRequest {
    /// The terminal to make, 80 × 24 when its size isn't known.
    var terminal: TerminalSize? {
        tty ? window ?? TerminalSize(columns: 80, rows: 24) : nil
    }

    /// The agent with the command and the variables of this request.
    fileprivate func applied(to agent: Agent) -> Agent {
        var agent = agent
        if !command.isEmpty { agent.spec.command = command }
        agent.spec.env =
            (agent.spec.env ?? [])
            + environment.sorted { $0.key < $1.key }.map { EnvironmentVariable(name: $0.key, value: $0.value) }
        return agent
    }
}
