import ControllerRuntime
import KubernetesClient
import PalanaCore
import Synchronization
import TestSupport
import Testing

@Suite("Informers")
struct InformerTests {
    private static let key = ObjectKey("a", in: "n")

    private static func page(_ maps: [ConfigMap]) throws -> String {
        let items = try maps.map { try json($0) }.joined(separator: ",")
        return #"{"metadata":{"resourceVersion":"10"},"items":[\#(items)]}"#
    }

    @Test("An informer has synced after its first list and knows the objects; a late handler hears of all")
    func sync() async throws {
        let list = APIServerStub.Answer(200, try Self.page([configMap("a"), configMap("b")]))
        try await serve {
            $0.query["watch"] == nil ? list : .watch([], then: .silence)
        } _: { _, client in
            let informer = Informer(client, ConfigMap.self, indexes: ["data": { $0.data?.values.sorted() ?? [] }])
            #expect(!informer.hasSynced)
            try await beside({ await informer.run() }) {
                await informer.waitUntilSynced()
                #expect(informer.hasSynced && informer.object(Self.key) == configMap("a"))
                #expect(informer.objects("data", "x").count == 2)
                let told = Collected<ObjectKey>()
                informer.addHandler { told.add($0.key) }
                #expect(Set(told.all) == [Self.key, ObjectKey("b", in: "n")])
            }
        }
    }

    @Test("After a gap, what went meanwhile is told as deleted")
    func gap() async throws {
        let lists = Mutex([try Self.page([configMap("a"), configMap("b")]), try Self.page([configMap("a")])])
        let gone = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}}"#
        let watches = Mutex(0)
        try await serve { request in
            guard request.query["watch"] != nil else {
                return APIServerStub.Answer(
                    200, lists.withLock { lists in lists.count > 1 ? lists.removeFirst() : lists[0] })
            }
            let isFirst = watches.withLock { count in
                count += 1
                return count == 1
            }
            return .watch(isFirst ? [gone] : [], then: .silence)
        } _: { _, client in
            let informer = Informer(client, ConfigMap.self, logger: quiet)
            let told = Collected<String>()
            informer.addHandler { change in
                if case .deleted(let map) = change { told.add(map.metadata.name) }
            }
            try await beside({ await informer.run() }) {
                try await eventually { told.all == ["b"] }
                #expect(informer.keys == [Self.key])
            }
        }
    }

    @Test("While the API server is away an informer says so, keeps what it knows and comes back by itself")
    func away() async throws {
        let list = APIServerStub.Answer(200, try Self.page([configMap("a")]))
        let isAway = Mutex(false)
        let watches = Mutex(0)
        try await serve { request in
            if isAway.withLock({ $0 }) { return .failure(503, "ServiceUnavailable") }
            guard request.query["watch"] != nil else { return list }
            let isFirst = watches.withLock { count in
                count += 1
                return count == 1
            }
            if isFirst { isAway.withLock { $0 = true } }
            return .watch([], then: isFirst ? .cut : .silence)
        } _: { _, client in
            let informer = Informer(client, ConfigMap.self, logger: quiet)
            try await beside({ await informer.run() }) {
                try await eventually { informer.failure?.reason == .unavailable }
                #expect(informer.hasSynced && informer.keys == [Self.key])
                isAway.withLock { $0 = false }
                try await eventually { informer.failure == nil }
            }
        }
    }

    @Test("Nobody waits for an informer that ended, or when nobody listens any more")
    func ended() async throws {
        try await serve { _ in
            .failure(403, "Forbidden")
        } _: { _, client in
            let informer = Informer(client, ConfigMap.self, logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await informer.waitUntilSynced() }
                group.addTask { await informer.run() }
                try await eventually { informer.failure?.reason == .forbidden }
                group.cancelAll()
            }
            #expect(!informer.hasSynced)
        }
    }
}
