public import PalanaCore

/// Keeps the API's objects in a folder of files, one each. Everything is read at the start and served from memory; a
/// write returns when it is on the disk. One process at a time may have the folder (the platform's lock sees to that).
public actor LocalStore: AgentStore {
    private let files: ObjectFiles
    private let queue = DiskQueue(label: "palana.store")
    private let clock: @Sendable () -> Timestamp
    private var objects: StoredObjects
    private var watchers: StoreWatchers

    /// - Parameters:
    ///   - folder: absolute path; made with mode 0700 when it is missing.
    ///   - watchQueue: changes that wait for one watcher before it is cut off.
    ///   - clock: the time, for creationTimestamp.
    /// - Throws: `corrupted` when a file can't be read: the sentence names it.
    public init(
        folder: String, watchQueue: Int = 1_024, clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws(StoreFailure) {
        files = try ObjectFiles(folder: folder)
        objects = StoredObjects(try files.readAll())
        watchers = StoreWatchers(capacity: max(watchQueue, 1))
        self.clock = clock
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    public func get(_ key: ResourceKey) throws(StoreFailure) -> Resource {
        try objects.resource(key)
    }

    public func list(_ kind: ResourceKind) -> [Resource] {
        objects.all(kind)
    }

    @discardableResult
    public func put(_ resource: Resource, if condition: WriteCondition) throws(StoreFailure) -> Resource {
        guard let next = try objects.planPut(resource, if: condition, now: clock()) else {
            return try objects.resource(resource.key)
        }
        return try commit(next, isStatusOnly: false)
    }

    @discardableResult
    public func putStatus(_ resource: Resource) throws(StoreFailure) -> Resource {
        guard let next = try objects.planStatus(resource, now: clock()) else {
            return try objects.resource(resource.key)
        }
        return try commit(next, isStatusOnly: true)
    }

    @discardableResult
    public func delete(_ key: ResourceKey) throws(StoreFailure) -> Resource {
        let resource = try objects.resource(key)
        try files.remove(key)
        objects.remove(key)
        watchers.tell(.deleted(resource))
        return resource
    }

    public func watch() -> AsyncStream<StoreChange> {
        watchers.add(snapshot: objects.all())
    }

    /// Ends all watches.
    public func close() {
        watchers.finishAll()
    }

    private func commit(_ resource: Resource, isStatusOnly: Bool) throws(StoreFailure) -> Resource {
        try files.write(resource)
        objects.commit(resource, isStatusOnly: isStatusOnly)
        watchers.tell(.changed(resource))
        return resource
    }
}
