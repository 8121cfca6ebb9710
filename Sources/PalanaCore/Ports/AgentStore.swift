/// Why the store could not do what was asked. Each sentence names the object.
public enum StoreFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case notFound(ResourceKey)
    case alreadyExists(ResourceKey)
    /// Somebody else changed the object since the given resourceVersion was read.
    case conflict(ResourceKey, current: String)
    /// The object can't be stored as it is: what is wrong and what to change.
    case refused(ResourceKey, String)
    /// What is stored can't be read; the sentence names the file.
    case corrupted(String)
    /// Disk full, no permission, API server away.
    case unavailable(String)

    public var description: String {
        switch self {
        case .notFound(let key): "\(key) not found"
        case .alreadyExists(let key): "\(key) already exists"
        case .conflict(let key, let current):
            "\(key) was changed by somebody else (it is at resourceVersion \(current) now); "
                + "read it again and repeat the change"
        case .refused(let key, let problem): "\(key): \(problem)"
        case .corrupted(let sentence), .unavailable(let sentence): sentence
        }
    }
}

/// What must hold for a write, beside `metadata.resourceVersion`, which is always checked when it is given.
public enum WriteCondition: Sendable, Hashable {
    /// Create or replace.
    case none
    /// Create only.
    case absent
    /// Replace only.
    case present
}

/// What a watcher sees. The first element is always `snapshot`.
public enum StoreChange: Sendable, Hashable {
    /// Everything that there is.
    case snapshot([Resource])
    /// Created or changed; the whole object.
    case changed(Resource)
    /// The object as it was last.
    case deleted(Resource)
}

/// Keeps the objects of the API. Implemented over files on one machine and, in a cluster, over the API server.
public protocol AgentStore: Sendable {
    func get(_ key: ResourceKey) async throws(StoreFailure) -> Resource

    /// Ordered by name.
    func list(_ kind: ResourceKind) async throws(StoreFailure) -> [Resource]

    /// Creates the object or replaces its `spec`, labels and annotations. `status` and what the store sets itself in
    /// the metadata are taken from what is stored. Answers the object as it is now; an equal one is not written again.
    @discardableResult
    func put(_ resource: Resource, if condition: WriteCondition) async throws(StoreFailure) -> Resource

    /// Replaces `status` only.
    @discardableResult
    func putStatus(_ resource: Resource) async throws(StoreFailure) -> Resource

    /// Removes the object and answers it as it was last.
    @discardableResult
    func delete(_ key: ResourceKey) async throws(StoreFailure) -> Resource

    /// All objects, then each change in order. The stream ends when the watcher is too slow for its bounded queue or
    /// the store closes: watch again then, the new snapshot holds what was missed.
    func watch() async throws(StoreFailure) -> AsyncStream<StoreChange>
}

extension AgentStore {
    /// The agent called `name`.
    public func agent(_ name: String) async throws(StoreFailure) -> Agent {
        guard case .agent(let agent) = try await get(ResourceKey(.agent, name)) else {
            throw .notFound(ResourceKey(.agent, name))
        }
        return agent
    }

    /// The agent with its template's values and the defaults written out. A template that is gone is `notFound`.
    public func effectiveAgent(_ name: String) async throws(StoreFailure) -> Agent {
        let agent = try await agent(name)
        guard let templateName = agent.spec.template else { return agent.effective(with: nil) }
        guard case .agentTemplate(let template) = try await get(ResourceKey(.agentTemplate, templateName)) else {
            throw .notFound(ResourceKey(.agentTemplate, templateName))
        }
        return agent.effective(with: template)
    }
}
