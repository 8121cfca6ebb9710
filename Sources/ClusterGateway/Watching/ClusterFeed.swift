import KubernetesClient
import PalanaCore

/// Turns what a watch of one kind tells into changes for the index. It keeps the keys of all that there is, so that after
/// a gap it can say what went meanwhile.
struct ClusterFeed<Object: KubernetesObject>: Sendable {
    private let input: ClusterInput
    private let change: @Sendable (Object) -> ClusterChange
    private var known: Set<ObjectKey> = []

    init(_ input: ClusterInput, change: @escaping @Sendable (Object) -> ClusterChange) {
        self.input = input
        self.change = change
    }

    mutating func changes(for told: WatchChange<Object>) -> [ClusterChange] {
        switch told {
        case .listed(let list): return changes(for: list)
        case .changed(let object):
            known.insert(object.key)
            return [change(object)]
        case .deleted(let object): return gone(object.key)
        case .unreadableDeleted(let key): return gone(key)
        case .unreadable(let key, let problem):
            known.insert(key)
            return [.unreadable(input, key, problem: problem)]
        // What is known goes on counting: without the API server nobody can make a kill switch either.
        case .interrupted, .resumed: return []
        }
    }

    private mutating func changes(for list: ObjectList<Object>) -> [ClusterChange] {
        let present = Set(list.items.map(\.key)).union(list.unreadable.keys)
        let lost = known.subtracting(present).sorted().map { ClusterChange.gone(input, $0) }
        known = present
        let odd = list.unreadable.map { ClusterChange.unreadable(input, $0.key, problem: $0.value) }
        return lost + list.items.map(change) + odd + [.synced(input)]
    }

    private mutating func gone(_ key: ObjectKey) -> [ClusterChange] {
        known.remove(key)
        return [.gone(input, key)]
    }
}
