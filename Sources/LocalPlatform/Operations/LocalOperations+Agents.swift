import PalanaCore
public import PlatformAPI

/// Starting, stopping and attaching to agents.
extension LocalOperations {
    /// How long an agent has to end by itself.
    static let stopGrace = Duration.seconds(10)

    public func start(agent name: String) async throws {
        let agent = try await setSuspended(false, name)
        guard let command = agent.spec.command, !command.isEmpty else {
            throw APIError(
                .invalid, "agent \(name) has no command: set spec.command, or give one with: palana run \(name) -- CMD")
        }
        try await launch(agent)
        try await record(.lifecycle, "started", agent: agent)
    }

    public func resume(agent name: String) async throws {
        let agent = try await setSuspended(false, name)
        if agent.spec.command?.isEmpty == false { try await launch(agent) }
        try await record(.lifecycle, "resumed", agent: agent)
    }

    public func suspend(agent name: String) async throws {
        let agent = try await setSuspended(true, name)
        try await stop(agent)
        await parts.statuses.suspended(agent.id)
        try await record(.lifecycle, "suspended", agent: agent)
    }

    public func logs(
        agent name: String, follow: Bool, tail: Int?
    ) async throws -> AsyncThrowingStream<[UInt8], any Error> {
        let agent = try await storedAgent(name)
        return try await runtime(agent) { () async throws(RuntimeFailure) in
            try await parts.runtime.logs(agent.id, follow: follow, tail: tail)
        }
    }

    public func attach(_ request: AttachRequest) async throws -> AttachedProcess {
        switch request.verb {
        case .run: try await attachToRun(request)
        case .exec: try await attachToExec(request)
        }
    }

    private func attachToExec(_ request: AttachRequest) async throws -> AttachedProcess {
        let agent = try await storedAgent(request.agent)
        let session = try await runtime(agent) { () async throws(RuntimeFailure) in
            try await parts.runtime.exec(
                agent.id, command: request.command, environment: request.environment, terminal: request.terminal)
        }
        try await record(.lifecycle, "exec", agent: agent, detail: request.command.first)
        return AttachedProcess(session: session) { try? await session.signal(1) }
    }

    private func attachToRun(_ request: AttachRequest) async throws -> AttachedProcess {
        var agent = try await setSuspended(false, request.agent)
        if !request.command.isEmpty { agent.spec.command = request.command }
        guard agent.spec.command?.isEmpty == false else {
            throw APIError(
                .invalid, "agent \(request.agent) has no command; give one: palana run \(request.agent) -- CMD")
        }
        agent.spec.env =
            (agent.spec.env ?? [])
            + request.environment.sorted { $0.key < $1.key }.map { EnvironmentVariable(name: $0.key, value: $0.value) }
        let (id, runtime, effective) = (agent.id, parts.runtime, agent)
        let mounts = try await self.runtime(agent) { () async throws(RuntimeFailure) in
            try request.mounts.map { text throws(RuntimeFailure) in try AgentMount(parsing: text) }
        }
        try await waitForListener(effective)
        let session = try await self.runtime(agent) { () async throws(RuntimeFailure) in
            try await runtime.startAttached(effective, mounts: mounts, terminal: request.terminal)
        }
        await parts.statuses.started(id)
        try await record(.lifecycle, "started", agent: agent)
        // The agent was started for this person; it ends with the terminal.
        return AttachedProcess(session: session) { try? await runtime.stop(id, grace: .seconds(2)) }
    }

    /// Writes `spec.suspended` and answers the agent as it runs.
    private func setSuspended(_ suspended: Bool, _ name: String) async throws -> Agent {
        var agent = try await storedAgent(name)
        if (agent.spec.suspended ?? false) != suspended {
            agent.spec.suspended = suspended
            try await put(.agent(agent), if: .present)
        }
        return try await effectiveAgent(name)
    }

    private func launch(_ agent: Agent) async throws {
        try await waitForListener(agent)
        try await runtime(agent) { () async throws(RuntimeFailure) in try await parts.runtime.start(agent, mounts: []) }
        await parts.statuses.started(agent.id)
    }

    private func waitForListener(_ agent: Agent) async throws {
        do {
            try await parts.waitForListener(agent.id)
        } catch {
            throw APIError(.unavailable, "the gateway does not serve agent \(agent.metadata.name) yet: \(error)")
        }
    }

    func stop(_ agent: Agent) async throws {
        try await runtime(agent) { () async throws(RuntimeFailure) in
            try await parts.runtime.stop(agent.id, grace: Self.stopGrace)
        }
    }

    /// Runs `body` and answers its failure as the API says it.
    func runtime<Value>(_ agent: Agent, _ body: () async throws(RuntimeFailure) -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            throw APIError(error, agent: agent.metadata.name)
        }
    }
}

extension AttachRequest {
    /// The terminal to make, 80 × 24 when its size isn't known.
    var terminal: TerminalSize? {
        tty ? window ?? TerminalSize(columns: 80, rows: 24) : nil
    }
}
