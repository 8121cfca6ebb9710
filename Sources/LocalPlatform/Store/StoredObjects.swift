import Foundation
import PalanaCore

/// What a write makes of the objects that there are: pure, so that each rule can be tested without a disk.
struct StoredObjects {
    struct Entry {
        var resource: Resource
        /// The version at which spec, labels or annotations changed last. A writer who has read this or a later one
        /// overwrites nothing, since the status isn't the writer's to change.
        var contentVersion: Int64
    }

    private(set) var entries: [ResourceKey: Entry] = [:]
    /// The names of the agents by their ids, which take a hash each to make.
    private var names: [AgentID: String] = [:]
    private var lastVersion: Int64 = 0

    init(_ resources: [Resource] = []) {
        for resource in resources {
            let version = resource.metadata.resourceVersion.flatMap { Int64($0) } ?? 0
            entries[resource.key] = Entry(resource: resource, contentVersion: version)
            lastVersion = max(lastVersion, version)
            if case .agent(let agent) = resource { names[agent.id] = agent.metadata.name }
        }
    }

    func resource(_ key: ResourceKey) throws(StoreFailure) -> Resource {
        guard let entry = entries[key] else { throw .notFound(key) }
        return entry.resource
    }

    /// Ordered by kind and name.
    func all(_ kind: ResourceKind? = nil) -> [Resource] {
        entries.values.map(\.resource).filter { kind == nil || $0.kind == kind }
            .sorted { ($0.kind.rawValue, $0.metadata.name) < ($1.kind.rawValue, $1.metadata.name) }
    }

    /// The object to write for `put`, or nil when nothing changes.
    mutating func planPut(_ resource: Resource, if condition: WriteCondition, now: Timestamp) throws(StoreFailure)
        -> Resource?
    {
        let key = resource.key
        guard let entry = entries[key] else {
            guard condition != .present else { throw .notFound(key) }
            return try planCreate(resource, now: now)
        }
        guard condition != .absent else { throw .alreadyExists(key) }
        try check(resource.metadata, against: entry)
        try checkOwner(resource, against: entry.resource)
        let old = entry.resource.metadata
        let hasSameSpec = resource.hasSameSpec(as: entry.resource)
        var next = resource.withStatus(of: entry.resource)
        next.metadata.namespace = old.namespace
        next.metadata.uid = old.uid
        next.metadata.creationTimestamp = old.creationTimestamp
        next.metadata.generation = (old.generation ?? 1) + (hasSameSpec ? 0 : 1)
        next.metadata.resourceVersion = old.resourceVersion
        guard next != entry.resource else { return nil }
        next.metadata.resourceVersion = String(nextVersion(now))
        return next
    }

    private mutating func planCreate(_ resource: Resource, now: Timestamp) throws(StoreFailure) -> Resource {
        guard resource.metadata.resourceVersion == nil else {
            throw .refused(resource.key, "there is none to change; leave metadata.resourceVersion out to create it")
        }
        try checkIdentity(of: resource)
        var next = resource.withStatus(of: nil)
        next.metadata.uid = UUID().uuidString.lowercased()
        next.metadata.creationTimestamp = now
        next.metadata.generation = 1
        next.metadata.resourceVersion = String(nextVersion(now))
        return next
    }

    /// The object to write for `putStatus`, or nil when nothing changes.
    mutating func planStatus(_ resource: Resource, now: Timestamp) throws(StoreFailure) -> Resource? {
        let old = try self.resource(resource.key)
        guard resource.metadata.uid == nil || resource.metadata.uid == old.metadata.uid else {
            throw .notFound(resource.key)
        }
        var next = old.withStatus(of: resource)
        guard next != old else { return nil }
        next.metadata.resourceVersion = String(nextVersion(now))
        return next
    }

    /// Takes over what has been written.
    mutating func commit(_ resource: Resource, isStatusOnly: Bool) {
        let version = resource.metadata.resourceVersion.flatMap { Int64($0) } ?? 0
        let kept = entries[resource.key]?.contentVersion ?? version
        let isNew = entries[resource.key] == nil
        entries[resource.key] = Entry(resource: resource, contentVersion: isStatusOnly ? kept : version)
        if isNew, case .agent(let agent) = resource { names[agent.id] = agent.metadata.name }
    }

    mutating func remove(_ key: ResourceKey) {
        if case .agent(let agent) = entries.removeValue(forKey: key)?.resource { names[agent.id] = nil }
    }

    private func check(_ metadata: ObjectMeta, against entry: Entry) throws(StoreFailure) {
        let key = entry.resource.key
        if let uid = metadata.uid, uid != entry.resource.metadata.uid {
            throw .refused(key, "metadata.uid is that of an earlier object with this name; leave it out")
        }
        guard let given = metadata.resourceVersion else { return }
        guard let version = Int64(given), version >= entry.contentVersion, version <= lastVersion else {
            throw .conflict(key, current: entry.resource.metadata.resourceVersion ?? "0")
        }
    }

    /// The owner is the agent's identity; another owner would be another agent under its name.
    private func checkOwner(_ resource: Resource, against old: Resource) throws(StoreFailure) {
        guard case .agent(let new) = resource, case .agent(let agent) = old, new.id != agent.id else { return }
        throw .refused(resource.key, "spec.owner can't change; delete the agent and create it anew")
    }

    /// Ten hex digits of a hash can collide when somebody tries hard; two agents never share an id.
    private func checkIdentity(of resource: Resource) throws(StoreFailure) {
        guard case .agent(let agent) = resource else { return }
        guard let owner = agent.spec.owner, !owner.isEmpty else {
            throw .refused(resource.key, "spec.owner is missing")
        }
        if let other = names[agent.id] {
            throw .refused(resource.key, "its id is also that of agent \(other); choose another name")
        }
    }

    /// Grows over restarts too, though objects that were deleted leave nothing behind: it is at least the time.
    private mutating func nextVersion(_ now: Timestamp) -> Int64 {
        lastVersion = max(lastVersion + 1, now.seconds * 1_000)
        return lastVersion
    }
}
