import KubernetesClient
import Testing

@testable import ControllerRuntime

@Suite("What an informer knows")
struct ObjectStoreTests {
    private static func store() -> ObjectStore<ConfigMap> {
        ObjectStore(indexes: ["data": { ($0.data ?? [:]).values.sorted() }])
    }

    private static func list(_ maps: [ConfigMap], unreadable: [ObjectKey: String] = [:]) -> ObjectList<ConfigMap> {
        ObjectList(items: maps, resourceVersion: "9", unreadable: unreadable)
    }

    private static let key = ObjectKey("a", in: "n")

    @Test("Adding, changing and deleting are told apart; an object that is as it was is no change")
    func changes() {
        var store = Self.store()
        let (first, second) = (configMap("a"), configMap("a", version: 2, data: "y"))
        #expect(store.put(first) == [.added(first)])
        #expect(store.put(first).isEmpty)
        #expect(store.put(second) == [.updated(old: first, new: second)])
        #expect(store.remove(second) == [.deleted(second)])
        #expect(store.remove(second).isEmpty)
    }

    @Test("A new list tells of what is gone, what is new and what changed, and nothing else")
    func relist() {
        var store = Self.store()
        let (kept, changed, dropped) = (configMap("kept"), configMap("changed"), configMap("gone"))
        _ = store.replace(with: Self.list([kept, changed, dropped]))
        let (next, new) = (configMap("changed", version: 5), configMap("new"))
        let changes = store.replace(with: Self.list([new, next, kept]))
        #expect(Set(changes) == [.deleted(dropped), .added(new), .updated(old: changed, new: next)])
        #expect(store.objects.count == 3)
    }

    @Test("An index follows its objects")
    func index() {
        var store = Self.store()
        _ = store.put(configMap("a", data: "x"))
        _ = store.put(configMap("b", data: "x"))
        #expect(store.keys("data", "x") == [Self.key, ObjectKey("b", in: "n")])
        _ = store.put(configMap("a", version: 2, data: "y"))
        #expect(store.keys("data", "x") == [ObjectKey("b", in: "n")] && store.keys("data", "y") == [Self.key])
        _ = store.remove(Self.key)
        #expect(store.keys("data", "y").isEmpty && store.keys("other", "x").isEmpty)
    }

    @Test("An object that can't be read any more counts as gone, until it can")
    func unreadable() {
        var store = Self.store()
        let map = configMap("a")
        _ = store.put(map)
        #expect(store.mark(unreadable: Self.key, problem: "bad") == [.deleted(map)])
        #expect(store.unreadable == [Self.key: "bad"] && store.objects.isEmpty && store.keys("data", "x").isEmpty)
        #expect(store.put(map) == [.added(map)])
        #expect(store.unreadable.isEmpty)
        #expect(store.replace(with: Self.list([], unreadable: [Self.key: "worse"])) == [.deleted(map)])
        #expect(store.unreadable == [Self.key: "worse"])
    }
}
