public import KubernetesClient

/// What an informer knows: objects by key, and where they stand in each index. Decides what a change means.
struct ObjectStore<Object: KubernetesObject>: Sendable {
    private let indexes: [String: @Sendable (Object) -> [String]]
    private(set) var objects: [ObjectKey: Object] = [:]
    private(set) var unreadable: [ObjectKey: String] = [:]
    private var places: [String: [String: Set<ObjectKey>]] = [:]

    init(indexes: [String: @Sendable (Object) -> [String]]) {
        self.indexes = indexes
    }

    /// The keys of the objects that stand under `value` in an index.
    func keys(_ index: String, _ value: String) -> Set<ObjectKey> { places[index]?[value] ?? [] }

    /// - Returns: what changed by it; nothing when the object is as it was.
    mutating func put(_ object: Object) -> [InformerChange<Object>] {
        let key = object.key
        unreadable[key] = nil
        let old = objects.updateValue(object, forKey: key)
        guard old != object else { return [] }
        if let old { place(old, isThere: false) }
        place(object, isThere: true)
        return [old.map { .updated(old: $0, new: object) } ?? .added(object)]
    }

    mutating func remove(_ key: ObjectKey) -> [InformerChange<Object>] {
        unreadable[key] = nil
        guard let old = objects.removeValue(forKey: key) else { return [] }
        place(old, isThere: false)
        return [.deleted(old)]
    }

    mutating func remove(_ object: Object) -> [InformerChange<Object>] {
        // Told of its last state, not of the last but one.
        guard let old = objects[object.key] else { return [] }
        return remove(old.key).isEmpty ? [] : [.deleted(object)]
    }

    /// An object that can't be read counts as absent.
    mutating func mark(unreadable key: ObjectKey, problem: String) -> [InformerChange<Object>] {
        let changes = remove(key)
        unreadable[key] = problem
        return changes
    }

    /// Everything anew: what isn't in the list is gone.
    mutating func replace(with list: ObjectList<Object>) -> [InformerChange<Object>] {
        var changes: [InformerChange<Object>] = []
        let present = Set(list.items.map(\.key))
        for key in objects.keys.sorted() where !present.contains(key) { changes += remove(key) }
        for object in list.items { changes += put(object) }
        unreadable = list.unreadable
        return changes
    }

    private mutating func place(_ object: Object, isThere: Bool) {
        for (name, values) in indexes {
            for value in Set(values(object)) {
                if isThere {
                    places[name, default: [:]][value, default: []].insert(object.key)
                } else {
                    places[name]?[value]?.remove(object.key)
                    if places[name]?[value]?.isEmpty == true { places[name]?[value] = nil }
                }
            }
        }
    }
}

/// What an informer tells its handlers.
public enum InformerChange<Object: KubernetesObject>: Sendable, Hashable {
    case added(Object)
    case updated(old: Object, new: Object)
    /// As it was last. After a gap in the watch that may not be how it was when it went.
    case deleted(Object)

    /// As it is now, or was last.
    public var object: Object {
        switch self {
        case .added(let object), .deleted(let object), .updated(_, let object): object
        }
    }

    public var key: ObjectKey { object.key }
}
