import ControllerRuntime
import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Testing

@testable import struct ControllerRuntime.EventBook

@Suite("Events for people")
struct EventTests {
    private static let time = Timestamp("2026-01-01T00:00:00Z") ?? .now()

    private static func note(_ message: String, about name: String = "a", version: String = "1") -> EventNote {
        EventNote(
            .warning,
            ObjectReference(kind: "Agent", namespace: "n", name: name, uid: "u-\(name)", resourceVersion: version),
            reason: "Broken", message: message)
    }

    private static func writing(
        _ book: inout EventBook, _ note: EventNote, at now: Duration
    ) -> EventBook.Writing? {
        book.writing(for: note, now: now, time: time, suffix: "x\(now.components.seconds)")
    }

    @Test("The same note counts up, also about a later version of the object; after ten minutes it is a new Event")
    func dedupes() throws {
        var book = EventBook(component: "c", instance: "i")
        guard case .create(let event) = Self.writing(&book, Self.note("m"), at: .zero) else {
            return #expect(Bool(false), "no Event")
        }
        #expect(event.metadata.name == "a.x0" && event.metadata.namespace == "n" && event.count == 1)
        #expect(event.type == "Warning" && event.reason == "Broken" && event.reportingInstance == "i")
        let again = Self.note("m", version: "2")
        #expect(
            Self.writing(&book, again, at: .seconds(599))
                == .count(again, name: "a.x0", namespace: "n", count: 2, last: Self.time))
        guard case .create = Self.writing(&book, again, at: .seconds(1300)) else {
            return #expect(Bool(false), "no new Event")
        }
    }

    @Test("An object that has too much to say is cut short; others aren't; with time it may speak again")
    func limits() {
        var book = EventBook(component: "c", instance: "i")
        for number in 0..<25 { #expect(Self.writing(&book, Self.note("m\(number)"), at: .zero) != nil) }
        #expect(Self.writing(&book, Self.note("more"), at: .zero) == nil)
        #expect(Self.writing(&book, Self.note("m", about: "b"), at: .zero) != nil)
        #expect(Self.writing(&book, Self.note("more"), at: .seconds(60)) != nil)
        #expect(Self.writing(&book, Self.note("even more"), at: .seconds(60)) == nil)
    }

    @Test("What the book keeps is bounded")
    func bounded() {
        var book = EventBook(component: "c", instance: "i")
        for number in 0..<20_000 {
            #expect(Self.writing(&book, Self.note("m", about: "o\(number)"), at: .zero) != nil)
        }
        #expect(String(describing: book).utf8.count < 8_000_000)
    }

    @Test("A long message is cut at a character")
    func cut() {
        let note = Self.note(String(repeating: "ü", count: 900))
        #expect(note.message.utf8.count <= 1000 && note.message.hasSuffix("ü…"))
    }

    @Test("The recorder makes an Event, then counts it up; one that the API server forgot is made anew")
    func recorder() async throws {
        let patches = Collected<String>()
        try await serve { request in
            guard request.method == "PATCH" else { return APIServerStub.Answer(201, #"{"metadata":{"name":"e"}}"#) }
            patches.add(String(decoding: request.body, as: UTF8.self))
            return patches.all.count < 2
                ? APIServerStub.Answer(200, #"{"metadata":{"name":"e"}}"#) : .failure(404, "NotFound")
        } _: { stub, client in
            let recorder = EventRecorder(client, component: "palana.dev/test", instance: "i", logger: quiet)
            try await beside({ await recorder.run() }) {
                for _ in 0..<3 { recorder.record(Self.note("m")) }
                try await eventually { stub.log.count == 4 }
                #expect(stub.log.map(\.method) == ["POST", "PATCH", "PATCH", "POST"])
                #expect(patches.all[0].contains(#""count":2"#))
                #expect(stub.log[0].path == "/api/v1/namespaces/n/events" && recorder.dropped == 0)
            }
        }
    }

    @Test("An Event about an object without a namespace is kept in `default`; a refused one is dropped")
    func refused() async throws {
        try await serve { _ in
            .failure(403, "Forbidden")
        } _: { stub, client in
            let recorder = EventRecorder(client, component: "palana.dev/test", instance: "i", logger: quiet)
            try await beside({ await recorder.run() }) {
                recorder.record(
                    .normal, about: Namespace(metadata: ObjectMeta(name: "x", uid: "u")), reason: "R", message: "m")
                try await eventually { recorder.dropped == 1 }
                #expect(stub.log[0].path == "/api/v1/namespaces/default/events")
            }
        }
    }
}
