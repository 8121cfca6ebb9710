import PalanaCore
import PlatformAPI

/// What the platform does by itself to agents that do nothing or have grown old. Each act looks again when its turn has
/// come: meanwhile somebody may have been faster.
extension LocalOperations {
    /// Who acts, in the audit log.
    private static let platform = "palana"

    /// Says that the agent is about to end for doing nothing.
    func warnIdle(_ agent: Agent, _ limits: IdleLimits, end: Timestamp) async throws {
        let message = "It has done nothing; at \(end) it is \(limits.action.done)."
        var act = platformAct("idle-warned", agent)
        act.detail = "until \(end)"
        try await recordDone(act)
        try await parts.statuses.idle(agent, AgentStatuses.warned, message)
        try await refreshDirectory()
    }

    func recover(_ agent: Agent) async throws {
        try await parts.statuses.recovered(agent)
        try await refreshDirectory()
    }

    /// Suspends or deletes an agent that has done nothing, unless it has done something since `decided`.
    func endIdle(_ given: Agent, _ limits: IdleLimits, decided: ContinuousClock.Instant) async throws {
        try await turns.alone([.agent(given.metadata.name)]) {
            guard let agent = try await same(given), !parts.directory.order(of: agent.id).isKilled else { return }
            let whole = try await effectiveAgent(agent.metadata.name)
            guard Lifetime(whole).idle == limits else { return }
            let isHalfDone =
                agent.spec.suspended == true && agent.status?.conditions?[.idle]?.reason == AgentStatuses.suspending
            if !isHalfDone {
                guard agent.spec.suspended != true, await isRunning(agent), !isActive(agent, since: decided) else {
                    return
                }
            }
            var act = platformAct(limits.action.done, agent)
            act.reason = "It did nothing for \(whole.spec.idle?.after ?? "")."
            try await end(agent, by: limits.action, act, .idle)
        }
    }

    /// Says that the agent's life is about to end.
    func announceEnd(_ agent: Agent, _ span: Lifespan) async throws {
        var act = platformAct("end-announced", agent)
        act.detail = "at \(span.end)"
        try await recordDone(act)
        try await parts.statuses.endsSoon(agent, "At \(span.end) its spec.ttl ends and it is \(span.action.done).")
        try await refreshDirectory()
    }

    func recallEnd(_ agent: Agent) async throws {
        try await parts.statuses.endsLater(agent)
        try await refreshDirectory()
    }

    /// Suspends or deletes an agent whose life has ended.
    func expire(_ given: Agent, _ span: Lifespan) async throws {
        try await turns.alone([.agent(given.metadata.name)]) {
            guard let agent = try await same(given), !parts.directory.order(of: agent.id).isKilled,
                Lifespan(agent) == span
            else { return }
            var act = platformAct(span.action.done, agent)
            act.reason = "Its spec.ttl has ended."
            try await end(agent, by: span.action, act, .expiry)
        }
    }

    /// Starts an agent again that was suspended for doing nothing, because its schedule says so.
    func wakeBySchedule(_ given: Agent) async throws {
        try await turns.alone([.agent(given.metadata.name)]) {
            guard let agent = try await same(given), agent.isIdleSuspended, await !isRunning(agent) else { return }
            var act = platformAct("resumed", agent)
            act.detail = "by its schedule"
            try await resumeInTurn(try await effectiveAgent(agent.metadata.name), act)
        }
    }

    /// Starts an agent that a person has a use for and that is only suspended for doing nothing; the caller has its turn,
    /// so of many who come at once the first starts it.
    func wakeInTurn(_ agent: Agent) async throws {
        let whole = try await effectiveAgent(agent.metadata.name)
        guard agent.isIdleSuspended, whole.spec.command?.isEmpty == false else {
            throw APIError(.notRunning, agent: agent.metadata.name)
        }
        try await resumeInTurn(whole, Act(.lifecycle, "resumed", agent: agent, detail: "by exec"))
    }

    /// Refuses to start an agent whose life has ended.
    func refuseIfExpired(_ agent: Agent) throws {
        guard agent.hasExpired else { return }
        let name = agent.metadata.name
        throw APIError(
            .conflict,
            "agent \(name) has reached the end of its spec.ttl; give it a longer one, or delete it and create it anew")
    }

    // MARK: - Parts

    private func end(_ agent: Agent, by action: Shutdown, _ act: Act, _ cause: SuspensionCause) async throws {
        switch action {
        case .suspend:
            if cause == .idle { try await parts.statuses.idle(agent, AgentStatuses.suspending, "It did nothing.") }
            // What it says of itself then is what the next look goes by, also when it can't be recorded.
            do {
                try await suspendInTurn(agent, act, for: cause)
            } catch {
                try await refreshDirectory()
                throw error
            }
            try await refreshDirectory()
        case .delete: try await deleteInTurn(ResourceKey(.agent, agent.metadata.name), act)
        }
    }

    /// The same agent as it is now; nil when it has gone.
    private func same(_ agent: Agent) async throws -> Agent? {
        let now = try await storedResource(ResourceKey(.agent, agent.metadata.name))?.agent
        return now?.metadata.uid == agent.metadata.uid ? now : nil
    }

    private func isActive(_ agent: Agent, since moment: ContinuousClock.Instant) -> Bool {
        parts.activity.lastActivity(of: agent.id, at: .now).map { $0 > moment } ?? false
    }

    private func platformAct(_ action: String, _ agent: Agent) -> Act {
        var act = Act(.lifecycle, action, agent: agent)
        act.actor = Self.platform
        return act
    }
}

extension Agent {
    /// Whether it was ended by its age and has got no more time since.
    var hasExpired: Bool {
        guard status?.conditions?[.expired]?.status == .true, let span = Lifespan(self) else { return false }
        return span.end <= .now()
    }
}

extension Shutdown {
    /// What has been done to an agent then, in a sentence and as an act.
    fileprivate var done: String {
        switch self {
        case .suspend: "suspended"
        case .delete: "deleted"
        }
    }
}
