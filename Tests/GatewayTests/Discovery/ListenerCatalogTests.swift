import EnvoyAPI
import Foundation
import PalanaCore
import SwiftProtobuf
import Synchronization
import Testing

@testable import Gateway

@Suite("Listeners that Envoy should have")
struct ListenerCatalogTests {
    private static let loopback = IPAddress("127.0.0.1")

    private static func agents(_ names: String...) -> Set<AgentID> { Set(names.map(AgentID.init(rawValue:))) }

    @Test("An agent gets one when it has a place, another when the place changes, none when it goes")
    func places() throws {
        let places = Mutex<[String: ListenerPlacement]>([:])
        let prepared = Mutex<[String]>([])
        let catalog = ListenerCatalog(
            placement: { agent in places.withLock { $0[agent.rawValue] } },
            prepare: { agent in prepared.withLock { $0.append(agent.rawValue) } })
        let address = try #require(Self.loopback)
        #expect(try !catalog.replace(with: Self.agents("a")))
        places.withLock { $0["a"] = ListenerPlacement(port: 20_000, on: address) }
        #expect(try catalog.replace(with: Self.agents("a")))
        #expect(try !catalog.replace(with: Self.agents("a")))
        let first = try #require(catalog.wanted["a"]?.version)
        places.withLock { $0["a"] = ListenerPlacement(port: 20_001, on: address) }
        #expect(try catalog.replace(with: Self.agents("a")))
        #expect(catalog.wanted["a"]?.version != first)
        #expect(prepared.withLock { $0 } == ["a", "a"])
        #expect(try catalog.replace(with: []))
        #expect(catalog.wanted.isEmpty)
    }

    @Test("Over TCP the listener pins the connection's own source, without its port, beside the agent")
    func pinned() throws {
        let address = try #require(Self.loopback)
        let agent = AgentID(rawValue: "agent-x")
        let listener = try AgentListener(agent: agent, placement: ListenerPlacement(port: 20_000, on: address))
            .resource()
        let bytes = String(decoding: listener.resource.value, as: UTF8.self)
        #expect(bytes.contains("%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"))
        #expect(!bytes.contains("%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%"))
        let socket = try AgentListener(agent: agent, placement: ListenerPlacement(socketPath: "/run/x")).resource()
        #expect(!String(decoding: socket.resource.value, as: UTF8.self).contains("%DOWNSTREAM"))
    }

    @Test("A placement reads as people write it")
    func text() throws {
        let four = try #require(Self.loopback)
        let six = try #require(IPAddress("::1"))
        #expect(ListenerPlacement(port: 20_000, on: four).description == "127.0.0.1:20000")
        #expect(ListenerPlacement(port: 20_000, on: six).description == "[::1]:20000")
        #expect(ListenerPlacement(socketPath: "/run/x").description == "/run/x")
    }
}
