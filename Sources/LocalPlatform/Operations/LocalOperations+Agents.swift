import PalanaCore
public import PlatformAPI

/// Starting, stopping and attaching to agents. What is done to one agent is done in turn.
extension LocalOperations {
    /// How long an agent has to end by itself.
    static let stopGrace = Duration.seconds(10)

    public func start(agent name: String) async throws {
        try await turns.alone([.agent(name)]) { try await startInTurn(name) }
    }

    /// Starts an agent that ran when the platform ended, unless somebody has suspended, started or deleted it since.
    public func startAgain(agent name: String) async throws {
        try await turns.alone([.agent(name)]) {
            guard case .agent(let agent)? = try await storedResource(ResourceKey(.agent, name)),
                agent.status?.phase == .running, agent.spec.suspended != true, await !isRunning(agent)
            else { return }
            try await startInTurn(name, isActivity: false)
        }
    }

    public func resume(agent name: String) async throws {
        try await turns.alone([.agent(name)]) {
            let agent = try await effectiveAgent(name)
            try await resumeInTurn(agent, Act(.lifecycle, "resumed", agent: agent))
        }
    }

    public func suspend(agent name: String) async throws {
        try await turns.alone([.agent(name)]) { try await suspendInTurn(try await storedAgent(name)) }
    }

    public func logs(agent name: String, follow: Bool, tail: Int?) async throws -> LogPieces {
        let agent = try await storedAgent(name)
        return try await runtime(agent) { () async throws(RuntimeFailure) in
            try await parts.runtime.logs(agent.id, follow: follow, tail: tail)
        }
    }

    // MARK: - In turn

    /// Starts the agent's own command; the caller has the agent's turn.
    /// - Parameter isActivity: false for one that only goes on where it was.
    func startInTurn(_ name: String, isActivity: Bool = true) async throws {
        let agent = try await effectiveAgent(name)
        guard agent.spec.command?.isEmpty == false else {
            throw APIError(
                .invalid, "agent \(name) has no command: set spec.command, or give one with: palana run \(name) -- CMD")
        }
        try refuseIfKilled(agent)
        try refuseIfExpired(agent)
        try await refuseIfRunning(agent)
        if isActivity { parts.activity.note(agent.id) }
        try await granting(Act(.lifecycle, "started", agent: agent)) {
            try await awake(agent) { try await launch($0) }
        }
    }

    /// Lets a suspended agent go on; the caller has the agent's turn.
    /// - Parameter agent: with its template and the defaults.
    func resumeInTurn(_ agent: Agent, _ act: Act) async throws {
        try refuseIfKilled(agent)
        try refuseIfExpired(agent)
        try await refuseIfRunning(agent)
        parts.activity.note(agent.id)
        try await granting(act) {
            try await awake(agent) { agent in
                guard agent.spec.command?.isEmpty == false else { return await parts.statuses.resumed(agent.id) }
                try await launch(agent)
            }
        }
    }

    /// Refuses the agent's requests and stops it; the caller has the agent's turn.
    /// - Parameter act: as it stands in the audit log; nil for the local user's.
    func suspendInTurn(_ agent: Agent, _ act: Act? = nil, for cause: SuspensionCause = .owner) async throws {
        try await narrowing(act ?? Act(.lifecycle, "suspended", agent: agent)) {
            try await setSuspended(true, agent.metadata.name)
            try await stop(agent)
            await parts.statuses.suspended(agent.id, for: cause)
        }
    }

    func isRunning(_ agent: Agent) async -> Bool {
        if case .running = await parts.runtime.state(agent.id) { true } else { false }
    }

    func refuseIfRunning(_ agent: Agent) async throws {
        guard await !isRunning(agent) else { throw APIError(.alreadyRunning, agent: agent.metadata.name) }
    }

    /// Does `body` with an agent that isn't suspended; when it fails, one that was is so again.
    func awake<Value: Sendable>(_ agent: Agent, _ body: (Agent) async throws -> Value) async throws -> Value {
        let name = agent.metadata.name
        let wasSuspended = agent.spec.suspended ?? false
        if wasSuspended { try await setSuspended(false, name) }
        do {
            return try await body(try await effectiveAgent(name))
        } catch {
            guard wasSuspended else { throw error }
            do {
                try await setSuspended(true, name)
            } catch let second {
                throw Self.failure(error, and: "agent \(name) is no longer suspended (\(second))")
            }
            throw error
        }
    }

    private func setSuspended(_ suspended: Bool, _ name: String) async throws {
        var agent = try await storedAgent(name)
        guard (agent.spec.suspended ?? false) != suspended else { return }
        agent.spec.suspended = suspended
        try await put(.agent(agent), if: .present)
    }

    private func launch(_ agent: Agent) async throws {
        try await waitForListener(agent)
        try await runtime(agent) { () async throws(RuntimeFailure) in try await parts.runtime.start(agent, mounts: []) }
    }

    func waitForListener(_ agent: Agent) async throws {
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
