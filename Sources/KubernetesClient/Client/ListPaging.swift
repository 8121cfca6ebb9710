import PalanaCore

/// Where a list in pages stands.
struct ListPaging: Sendable, Hashable {
    /// How many objects the next page may have; nil means all at once.
    private(set) var limit: Int? = KubernetesClient.pageSize
    /// Where the next page starts; nil means at the beginning.
    private(set) var continuation: String?
    private var hasRestarted = false

    /// After a page. Whether there is another one.
    mutating func turned(to continuation: String?) -> Bool {
        self.continuation = continuation
        return continuation != nil
    }

    /// After a failure: whether to begin again at once, and then how. Pages outlive etcd's compaction only for some
    /// minutes: once they did not, all is asked for in one. A page that is too long is asked for in smaller ones.
    mutating func restarts(after failure: KubernetesFailure) -> Bool {
        switch failure.reason {
        case .expired where continuation != nil && !hasRestarted:
            hasRestarted = true
            limit = nil
        case .tooLarge:
            guard (limit ?? Int.max) > 1 else { return false }
            limit = limit.map { max($0 / 10, 1) } ?? KubernetesClient.pageSize / 10
        default: return false
        }
        continuation = nil
        return true
    }
}

/// The pages of a list so far. An object that moved between pages counts once, as it was last.
struct GatheredPages<Object: KubernetesObject>: Sendable {
    private(set) var list = ObjectList<Object>(items: [], resourceVersion: "")

    mutating func add(_ page: ListPage<Object>) {
        list.resourceVersion = page.metadata.resourceVersion ?? ""
        for item in page.items ?? [] {
            switch item {
            case .object(let object): list.items.append(object)
            case .unreadable(let key, _, let problem): list.unreadable[key] = problem
            }
        }
    }
}
