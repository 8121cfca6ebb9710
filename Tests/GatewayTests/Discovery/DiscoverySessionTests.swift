import EnvoyAPI
import PalanaCore
import SwiftProtobuf
import Testing

@testable import Gateway

@Suite struct DiscoverySessionTests {
    typealias Request = DiscoverySession.Request
    typealias Resource = DiscoverySession.Resource

    static func subscribe(_ kind: DiscoveredKind, _ names: [String] = [], held: [String: String] = [:]) -> Request {
        .with {
            $0.typeURL = kind.rawValue
            $0.resourceNamesSubscribe = names
            $0.initialResourceVersions = held
        }
    }

    static func answer(_ response: DiscoverySession.Response, error: String? = nil) -> Request {
        .with {
            $0.typeURL = response.typeURL
            $0.responseNonce = response.nonce
            if let error { $0.errorDetail.message = error }
        }
    }

    static func listeners(_ versions: [String: String]) -> [String: Resource] {
        Dictionary(
            uniqueKeysWithValues: versions.map { name, version in
                (name, .with { ($0.name, $0.version) = (name, version) })
            })
    }

    @Test("the first answer is sent even when there is no listener; after that only changes are")
    func listenersChange() throws {
        var session = DiscoverySession()
        #expect(session.nextListeners([:]) == nil)
        _ = try session.receive(Self.subscribe(.listener)) { _ in false }
        #expect(session.nextListeners([:])?.resources == [])
        #expect(session.nextListeners([:]) == nil)
        let addedSent = session.nextListeners(Self.listeners(["a": "1", "b": "1"]))
        let added = try #require(addedSent)
        #expect(added.resources.map(\.name) == ["a", "b"])
        let removedSent = session.nextListeners(Self.listeners(["b": "1"]))
        let removed = try #require(removedSent)
        #expect(removed.resources == [] && removed.removedResources == ["a"])
    }

    @Test("answers name the versions they accept or reject, once")
    func answers() throws {
        var session = DiscoverySession()
        _ = try session.receive(Self.subscribe(.listener)) { _ in false }
        let firstSent = session.nextListeners(Self.listeners(["a": "1"]))
        let first = try #require(firstSent)
        let accepted = try session.receive(Self.answer(first)) { _ in false }
        #expect(accepted == .init(kind: .listener, versions: ["a": "1"], error: nil))
        #expect(try session.receive(Self.answer(first)) { _ in false }?.versions == [:])
        let secondSent = session.nextListeners(Self.listeners(["a": "2"]))
        let second = try #require(secondSent)
        #expect(try session.receive(Self.answer(second, error: "no")) { _ in false }?.error == "no")
        #expect(session.nextListeners(Self.listeners(["a": "2"])) == nil)
    }

    @Test("after a reconnect only what differs is sent, and agents gone meanwhile are removed")
    func reconnect() throws {
        var session = DiscoverySession()
        let held = ["a": "1", "gone": "1"]
        _ = try session.receive(Self.subscribe(.listener, held: held)) { _ in false }
        let responseSent = session.nextListeners(Self.listeners(["a": "1", "b": "1"]))
        let response = try #require(responseSent)
        #expect(response.resources.map(\.name) == ["b"] && response.removedResources == ["gone"])
        _ = try session.receive(Self.subscribe(.secret, ["x", "y"], held: ["x": "ours-1", "y": "other-1"])) {
            $0.hasPrefix("ours")
        }
        #expect(session.takeWantedLeaves() == ["y"])
    }

    @Test("evicted leaves are dropped only where they are held; refused names are forgotten")
    func drops() throws {
        var session = DiscoverySession()
        _ = try session.receive(Self.subscribe(.secret, ["x", "bad"])) { _ in false }
        let answered = session.leaves([.with { $0.name = "x" }], refused: ["bad"])
        #expect(answered?.removedResources == ["bad"])
        session.drop(["x", "bad", "other"])
        #expect(session.leaves([], refused: [])?.removedResources == ["x"])
        #expect(session.leaves([], refused: []) == nil)
    }

    @Test("other kinds of resources are refused")
    func unknown() {
        var session = DiscoverySession()
        #expect(throws: DiscoveryError.unknownKind("type.googleapis.com/other")) {
            try session.receive(.with { $0.typeURL = "type.googleapis.com/other" }) { _ in false }
        }
    }
}
