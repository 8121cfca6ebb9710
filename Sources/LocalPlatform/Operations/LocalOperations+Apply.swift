import Manifests
import PalanaCore
public import PlatformAPI

/// One object of a text: what it is to be, what is there, and what comes of it.
struct PlannedChange {
    var resource: Resource
    var before: Resource?
    var outcome: ApplyOutcome

    init(_ resource: Resource, before: Resource?, warnings: [String] = []) {
        self.resource = resource
        self.before = before
        let change: ApplyOutcome.Change =
            switch before {
            case nil: .created
            case let before?:
                before.hasSameSpec(as: resource) && before.hasSameLabels(as: resource) ? .unchanged : .configured
            }
        outcome = ApplyOutcome(
            kind: resource.kind.rawValue, name: resource.metadata.name, change: change, warnings: warnings)
    }

    var act: Act {
        Act(
            resource.kind == .egressPolicy ? .policy : .lifecycle, outcome.change.rawValue, agent: resource.agent,
            detail: resource.key.description)
    }
}

/// Writing objects: all of one text or none of it.
extension LocalOperations {
    public func apply(_ manifests: String, dryRun: Bool) async throws -> [ApplyOutcome] {
        try await store(try decode(manifests), condition: .none, dryRun: dryRun)
    }

    public func create(_ manifest: String) async throws -> [ApplyOutcome] {
        try await store(try decode(manifest), condition: .absent, dryRun: false)
    }

    private func decode(_ text: String) throws -> [Resource] {
        do {
            return try ManifestDecoder().decode(text.utf8, source: "manifest").map(\.resource).map(owned)
        } catch {
            throw APIError(.invalid, error.description)
        }
    }

    /// An agent that names no owner is the local user's; who asks for a kill is known, whatever the text says.
    private func owned(_ resource: Resource) -> Resource {
        if case .killSwitch(var kill) = resource {
            kill.metadata.annotations = (kill.metadata.annotations ?? [:])
                .merging([KillSwitch.requesterAnnotation: user]) { $1 }
            return .killSwitch(kill)
        }
        guard case .agent(var agent) = resource, agent.spec.owner == nil else { return resource }
        agent.spec.owner = user
        return .agent(agent)
    }

    private func store(
        _ resources: [Resource], condition: WriteCondition, dryRun: Bool
    ) async throws -> [ApplyOutcome] {
        guard !dryRun else { return try await plan(resources, condition).map(\.outcome) }
        let kills = resources.filter { $0.kind == .killSwitch }
        guard kills.isEmpty else {
            // First of all, and with nobody before them.
            let killed = try await kill(kills, condition)
            let rest = resources.filter { $0.kind != .killSwitch }
            return killed + (rest.isEmpty ? [] : try await store(rest, condition: condition, dryRun: false))
        }
        let agents = Set(resources.compactMap(\.agent?.metadata.name)).sorted()
        return try await turns.alone(agents.map { .agent($0) }) {
            let planned = try await turns.alone([.objects]) {
                let planned = try await plan(resources, condition)
                try await admit(planned, condition)
                return planned
            }
            try await settle(planned)
            return planned.map(\.outcome)
        }
    }

    // MARK: - Writing

    /// Puts the changes in force and stores them; when one can't be stored, all is again as it was.
    private func admit(_ planned: [PlannedChange], _ condition: WriteCondition) async throws {
        let changes = planned.filter { $0.outcome.change != .unchanged }
        try await granting(changes.map(\.act)) {
            // In force before it is stored: what OPA doesn't take is not kept.
            try await publish(with: planned.map(\.resource))
            var tried: [PlannedChange] = []
            do {
                for change in changes {
                    tried.append(change)
                    try await put(change.resource, if: condition)
                }
            } catch {
                try await bringBack(tried, after: error)
                throw error
            }
        }
    }

    /// Makes the store and what is in force what they were before the changes.
    /// - Throws: `APIError` that says what stays when that can't be done.
    func bringBack(_ changes: [PlannedChange], after cause: any Error) async throws {
        var stays: [String] = []
        for change in changes.reversed() {
            do {
                try await bringBack(change)
            } catch {
                stays.append("\(change.resource.key) stays changed (\(error))")
            }
        }
        do {
            try await refreshDirectory()
            try await publishStored()
        } catch {
            stays.append("what is in force may differ from what is stored until the next change or start (\(error))")
        }
        if !stays.isEmpty { throw Self.failure(cause, and: stays.joined(separator: "; ")) }
    }

    private func bringBack(_ change: PlannedChange) async throws {
        let key = change.resource.key
        let now = try await storedResource(key)
        guard var before = change.before else {
            if now != nil { try await parts.store.delete(key) }
            return
        }
        guard now.map({ !($0.hasSameSpec(as: before) && $0.hasSameLabels(as: before)) }) ?? true else { return }
        // The version is the one of before the change, or of an object that was deleted.
        before.metadata.resourceVersion = nil
        before.metadata.uid = nil
        try await parts.store.put(before, if: .none)
    }

    // MARK: - Running

    /// Starts and stops agents as their objects say.
    private func settle(_ planned: [PlannedChange]) async throws {
        do {
            for change in planned {
                if let agent = change.resource.agent { try await settle(agent) }
            }
        } catch let error as APIError where error.reason == .invalid || error.reason == .unavailable {
            // What can't be started as it is described, or not now, was never there: nothing half-done stays behind.
            for change in planned.reversed() where change.outcome.change == .created {
                try await deleteInTurn(change.resource.key)
            }
            throw error
        }
    }

    /// A new agent that has a command starts by itself, as a pod would; one that is to be suspended stops.
    private func settle(_ given: Agent) async throws {
        let agent = try await effectiveAgent(given.metadata.name)
        let isRunning = await isRunning(agent)
        guard agent.spec.suspended != true else {
            if isRunning || agent.status?.phase != .suspended { try await suspendInTurn(agent) }
            return
        }
        guard !isRunning, !agent.hasExpired, parts.directory.order(of: agent.id).mayStart else { return }
        if agent.spec.command?.isEmpty == false {
            try await startInTurn(agent.metadata.name)
        } else if agent.status?.phase == .suspended {
            await parts.statuses.resumed(agent.id)
        }
    }
}

extension Resource {
    /// The agent, if it is one.
    var agent: Agent? {
        guard case .agent(let agent) = self else { return nil }
        return agent
    }

    func hasSameLabels(as other: Resource) -> Bool {
        (metadata.labels ?? [:]) == (other.metadata.labels ?? [:])
            && (metadata.annotations ?? [:]) == (other.metadata.annotations ?? [:])
    }
}
