public import PalanaCore
import PlatformAPI

/// Kill switches: in force first, then on the disk and in the audit log. Neither OPA nor the vault, nor what is being done
/// to an agent, can keep one waiting.
extension LocalOperations {
    /// Puts new and changed switches in force and stores them.
    func kill(_ resources: [Resource], _ condition: WriteCondition) async throws -> [ApplyOutcome] {
        let accepted = ContinuousClock.now
        let names = Set(resources.map(\.metadata.name)).sorted()
        return try await turns.alone(names.map { .killSwitch($0) }) {
            let planned = try await plan(resources, condition)
            let changes = planned.filter { $0.outcome.change != .unchanged }
            for case .killSwitch(let kill) in changes.map(\.resource) {
                parts.bell.accept(kill.metadata.name, at: accepted)
                parts.directory.enforce(kill)
            }
            parts.bell.ring()
            var unwritten: (any Error)?
            for change in changes {
                do { try await record(change) } catch { unwritten = error }
                try await keep(change, condition)
            }
            if let unwritten { throw unwritten }
            return planned.map(\.outcome)
        }
    }

    private func record(_ change: PlannedChange) async throws {
        guard case .killSwitch(let kill) = change.resource else { return }
        try await recordDone(Act.ordered(kill, by: change.outcome.change))
    }

    private func keep(_ change: PlannedChange, _ condition: WriteCondition) async throws {
        do {
            let stored = try await parts.store.put(change.resource, if: condition)
            if case .killSwitch(let kill) = stored { parts.directory.enforce(kill) }
        } catch {
            throw APIError(
                .unavailable,
                "\(change.resource.key) is in force, but it ends with the platform, for it can't be stored (\(error)); "
                    + "repeat it with: palana apply -f FILE")
        }
    }

    /// Kills an agent that has set off an alarm. What can't be stored is in force all the same, and the log says so.
    public func raise(_ alarm: Alarm, log: (String) -> Void) async {
        var kill = alarm.killSwitch
        kill.metadata.annotations = [KillSwitch.requesterAnnotation: "palana"]
        do {
            _ = try await self.kill([.killSwitch(kill)], .absent)
            try await parts.audit.record(alarm.event(of: kill))
        } catch {
            log("\(error)")
        }
    }

    /// Takes a switch out of force: recorded before it is done, and not done when it can't be.
    func release(_ key: ResourceKey) async throws {
        guard case .killSwitch(let kill) = try await get(key) else { return }
        try await granting(Act.released(kill)) {
            do throws(StoreFailure) {
                try await parts.store.delete(key)
            } catch .notFound {
                // It could not be stored; it is in force all the same.
            } catch {
                throw APIError(error)
            }
            parts.directory.release(key.name)
            parts.bell.ring()
        }
    }

    /// Starts an agent that ran when it was killed, unless somebody has started, suspended or deleted it since.
    /// A failed or finished one isn't started (docs/decisions/012-owners-and-lifecycle.md).
    func startReleased(_ name: String) async throws {
        try await turns.alone([.agent(name)]) {
            guard case .agent(let agent)? = try await storedResource(ResourceKey(.agent, name)),
                AgentStatuses.ranWhenKilled(agent), agent.spec.suspended != true,
                parts.directory.order(of: agent.id).mayStart, await !isRunning(agent),
                try await effectiveAgent(name).spec.command?.isEmpty == false
            else { return }
            try await startInTurn(name)
        }
    }

    /// Deletes an agent that is to be terminated; one that has gone already is fine.
    func terminate(_ name: String) async throws {
        do {
            try await delete(ResourceKey(.agent, name))
        } catch let error as APIError where error.reason == .notFound {
            // Somebody was faster.
        }
    }

    // MARK: - What else must know

    func refuseIfKilled(_ agent: Agent) throws {
        guard parts.directory.order(of: agent.id).mayStart else { throw killed(agent) }
    }

    func killed(_ agent: Agent) -> APIError {
        let name = agent.metadata.name
        guard let cause = parts.directory.order(of: agent.id).cause else {
            return APIError(.conflict, "agent \(name) was released this moment; try again")
        }
        return APIError(
            .conflict, "agent \(name) is held by \(cause); whoever may can release it: palana release \(cause.name)")
    }

    /// Why an agent that is applied won't run.
    func killWarning(about agent: Agent) -> String? {
        let order = ControlOrder(
            for: agent, switches: parts.directory.killSwitches, host: .machine, platformNamespace: "", now: .now())
        return order.cause.map { "it is held by \($0)" }
    }

    /// A switch that is in force and could not be stored.
    func unstoredKill(_ key: ResourceKey) -> Resource? {
        guard key.kind == .killSwitch else { return nil }
        return parts.directory.killSwitches.first { $0.metadata.name == key.name }.map(Resource.killSwitch)
    }

    func withUnstoredKills(_ stored: [Resource]) -> [Resource] {
        let known = Set(stored.map(\.metadata.name))
        let more = parts.directory.killSwitches.filter { !known.contains($0.metadata.name) }
        return (stored + more.map(Resource.killSwitch)).sorted { $0.metadata.name < $1.metadata.name }
    }
}

extension Act {
    static func ordered(_ kill: KillSwitch, by change: ApplyOutcome.Change) -> Act {
        let level = (kill.spec.level ?? .network).rawValue
        var act = Act(
            .lifecycle, change == .created ? "kill-ordered" : "kill-changed",
            detail: "\(level), \(kill.spec.target)" + (kill.spec.expiresAt.map { ", until \($0)" } ?? ""))
        act.resource = ResourceKey(.killSwitch, kill.metadata.name).description
        act.reason = kill.spec.reason
        return act
    }

    static func released(_ kill: KillSwitch) -> Act {
        var act = Act(.lifecycle, "kill-released", detail: "\(kill.spec.target)")
        act.resource = ResourceKey(.killSwitch, kill.metadata.name).description
        act.reason = kill.spec.reason
        return act
    }
}
