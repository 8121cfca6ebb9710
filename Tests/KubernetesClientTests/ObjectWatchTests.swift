import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("Watches through faults")
struct ObjectWatchTests {
    /// What a watch told, in words.
    private static func told(_ change: WatchChange<ConfigMap>) -> String? {
        switch change {
        case .listed(let list):
            "listed "
                + list.items.map { "\($0.metadata.name)@\($0.metadata.resourceVersion ?? "")" }.joined(separator: ",")
        case .changed(let map): "changed \(map.metadata.name)@\(map.metadata.resourceVersion ?? "")"
        case .deleted(let map): "deleted \(map.metadata.name)"
        case .unreadable(let key, let problem): "unreadable \(key): \(problem)"
        case .unreadableDeleted(let key): "unreadable deleted \(key)"
        case .interrupted(let failure, _): "interrupted \(failure.reason)"
        case .resumed: nil
        }
    }

    /// Follows config maps until `count` things were told.
    private static func follow(
        _ count: Int, lists: [APIServerStub.Answer], watches: [APIServerStub.Answer], silence: Duration = .seconds(60),
        collected: Collected<String> = Collected(),
        _ body: @escaping @Sendable (_ told: [String], _ watchQueries: [[String: String]]) -> Void
    ) async throws {
        let (lists, watches) = (Script(lists), Script(watches))
        try await serve(silence: silence) { request in
            request.query["watch"] == "true" ? watches.next() : lists.next()
        } _: { stub, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await client.watch(ConfigMap.self, in: "n").run { change in
                        if let text = Self.told(change) { collected.add(text) }
                    }
                }
                defer { group.cancelAll() }
                try await eventually { collected.all.count >= count }
            }
            body(Array(collected.all.prefix(count)), stub.log.map(\.query).filter { $0["watch"] == "true" })
        }
    }

    private static let list = APIServerStub.Answer(200, page([configMap("a", version: 1)], version: 10))

    @Test("It lists, then tells of each change, bookmarks apart; the version is in the query")
    func straight() async throws {
        let watch = APIServerStub.Answer.watch(
            [
                event("ADDED", configMap("b", version: 11)), event("MODIFIED", configMap("a", version: 12)),
                event("BOOKMARK", #"{"kind":"ConfigMap","metadata":{"resourceVersion":"20"}}"#),
                event("DELETED", configMap("b", version: 21)),
            ], then: .silence)
        try await Self.follow(4, lists: [Self.list], watches: [watch]) { told, queries in
            #expect(told == ["listed a@1", "changed b@11", "changed a@12", "deleted b"])
            #expect(queries[0]["resourceVersion"] == "10" && queries[0]["allowWatchBookmarks"] == "true")
            #expect(queries[0]["timeoutSeconds"] == "290")
        }
    }

    /// Lines, and a broken connection once all of them were told.
    private static func breaking(_ lines: [String], after count: Int, _ collected: Collected<String>)
        -> APIServerStub.Answer
    {
        var answer = APIServerStub.Answer(200, [], .cut)
        answer.pieces = {
            let rest = Script(lines.map { Optional($0 + "\n") } + [nil])
            return AsyncStream {
                if let line = rest.next() { return line }
                try? await eventually { collected.all.count >= count }
                return nil
            }
        }
        return answer
    }

    @Test("After a cut stream it goes on from the last object that it saw")
    func cut() async throws {
        let collected = Collected<String>()
        let watches = [
            Self.breaking([event("ADDED", configMap("b", version: 11))], after: 2, collected),
            APIServerStub.Answer.watch([event("ADDED", configMap("c", version: 16))], then: .silence),
        ]
        try await Self.follow(4, lists: [Self.list], watches: watches, collected: collected) { told, queries in
            #expect(told == ["listed a@1", "changed b@11", "interrupted unreachable", "changed c@16"])
            #expect(queries.map { $0["resourceVersion"] } == ["10", "11"])
        }
    }

    @Test("After a stream that ended it goes on from the last version that it saw, also when that was a bookmark's")
    func bookmark() async throws {
        let bookmark = event("BOOKMARK", #"{"metadata":{"resourceVersion":"15"}}"#)
        let watches = [
            APIServerStub.Answer.watch([event("ADDED", configMap("b", version: 11)), bookmark], then: .complete),
            APIServerStub.Answer.watch([event("ADDED", configMap("c", version: 16))], then: .silence),
        ]
        try await Self.follow(3, lists: [Self.list], watches: watches) { told, queries in
            #expect(told == ["listed a@1", "changed b@11", "changed c@16"])
            #expect(queries.map { $0["resourceVersion"] } == ["10", "15"])
        }
    }

    @Test("A line that was cut off in the middle is not taken for an object, and comes again")
    func half() async throws {
        let line = event("ADDED", configMap("b", version: 11))
        let watches = [
            APIServerStub.Answer(200, [String(line.prefix(40))], .complete),
            APIServerStub.Answer.watch([line], then: .silence),
        ]
        try await Self.follow(2, lists: [Self.list], watches: watches) { told, queries in
            #expect(told == ["listed a@1", "changed b@11"])
            #expect(queries.map { $0["resourceVersion"] } == ["10", "10"])
        }
    }

    @Test("410 inside a stream that was opened well leads to a new list")
    func expiredInside() async throws {
        let lists = [Self.list, APIServerStub.Answer(200, page([configMap("z", version: 30)], version: 31))]
        let watches = [
            APIServerStub.Answer.watch([event("ERROR", gone)], then: .silence),
            APIServerStub.Answer.watch([], then: .silence),
        ]
        try await Self.follow(3, lists: lists, watches: watches) { told, queries in
            #expect(told == ["listed a@1", "interrupted expired", "listed z@30"])
            #expect(queries.map { $0["resourceVersion"] }.first == "10")
        }
    }

    @Test("410 as the answer leads to a new list, too; other refusals to another try")
    func expiredOutside() async throws {
        let watches = [
            APIServerStub.Answer.failure(500, "InternalError"), .failure(410, "Expired"),
            APIServerStub.Answer.watch([], then: .silence),
        ]
        try await Self.follow(4, lists: [Self.list], watches: watches) { told, queries in
            #expect(told == ["listed a@1", "interrupted unavailable", "interrupted expired", "listed a@1"])
            #expect(queries.prefix(2).map { $0["resourceVersion"] } == ["10", "10"])
        }
    }

    @Test("An object of several megabytes comes whole, in however many pieces")
    func huge() async throws {
        let object = configMap("big", version: 11, data: String(repeating: "x", count: 5 << 20))
        let text = event("ADDED", object) + "\n" + event("ADDED", configMap("small", version: 12)) + "\n"
        let bytes = Array(text.utf8)
        let pieces = stride(from: 0, to: bytes.count, by: 100_000).map { start in
            String(decoding: bytes[start..<min(start + 100_000, bytes.count)], as: UTF8.self)
        }
        try await Self.follow(3, lists: [Self.list], watches: [APIServerStub.Answer(200, pieces, .silence)]) {
            told, _ in
            #expect(told == ["listed a@1", "changed big@11", "changed small@12"])
        }
    }

    @Test("A line without end is given up on")
    func endless() async throws {
        let piece = String(repeating: "x", count: 1 << 20)
        let watch = APIServerStub.Answer(200, Array(repeating: piece, count: 18), .silence)
        try await Self.follow(2, lists: [Self.list], watches: [watch]) { told, _ in
            #expect(told == ["listed a@1", "interrupted tooLarge"])
        }
    }

    @Test("A stream on which nothing comes is taken for broken")
    func silence() async throws {
        let watch = APIServerStub.Answer.watch([event("ADDED", configMap("b", version: 11))], then: .silence)
        try await Self.follow(3, lists: [Self.list], watches: [watch], silence: .seconds(4)) { told, _ in
            #expect(told == ["listed a@1", "changed b@11", "interrupted timedOut"])
        }
    }

    @Test("An object that can't be read is told of, and the version moves on")
    func unreadable() async throws {
        let bad = #"{"metadata":{"name":"bad","namespace":"n","resourceVersion":"11"},"data":7}"#
        let watch = APIServerStub.Answer.watch([event("MODIFIED", bad), event("DELETED", bad)], then: .silence)
        try await Self.follow(3, lists: [Self.list], watches: [watch]) { told, _ in
            #expect(
                told == [
                    "listed a@1", "unreadable n/bad: data has another type than it should", "unreadable deleted n/bad",
                ])
        }
    }

    @Test("A list that fails is tried again, and only a whole one is told of")
    func lists() async throws {
        let lists = [
            APIServerStub.Answer.failure(403, "Forbidden"),
            APIServerStub.Answer(200, page([configMap("a", version: 1)], version: 10, next: "x")),
            .failure(500, "InternalError"), APIServerStub.Answer(200, page([configMap("b", version: 2)], version: 10)),
        ]
        try await Self.follow(3, lists: lists, watches: [.watch([], then: .silence)]) { told, _ in
            #expect(told == ["interrupted forbidden", "interrupted unavailable", "listed a@1,b@2"])
        }
    }
}
