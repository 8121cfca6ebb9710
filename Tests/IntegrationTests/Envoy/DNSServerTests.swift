import Foundation
import Logging
import PalanaCore
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// The agents' DNS over real sockets, asked by a program that isn't ours.
@Suite(.serialized) struct DNSServerTests {
    private static let own = "127.0.0.21"
    private static let other = "127.0.0.22"

    /// Zones that a test changes.
    private final class Zones: AgentZones {
        private let zones = Mutex<[AgentID: AgentZone]>([:])
        func put(_ zone: AgentZone?, of id: AgentID) { zones.withLock { $0[id] = zone } }
        func zone(of id: AgentID) -> AgentZone? { zones.withLock { $0[id] } }
    }

    private struct Order: Encodable {
        var transport: String
        var port: UInt16
        var from = own
        var hex: String
        var times = 1
        var wait = 2.0
    }

    private struct Reply: Decodable {
        var answers: [String]
        var error: String?
    }

    private struct Fixture: Sendable {
        let agent = AgentID(rawValue: "agent-1")
        let directory: FakeDirectory
        let zones: Zones
        let audit: AuditSinkFake
        let server: DNSServer
        let dig: NodeScript
        let port: UInt16

        /// The query's message with one question, as hexadecimal digits.
        func query(_ name: String, type: UInt16 = 1) -> String {
            let labels = name.split(separator: ".").map { label in
                Self.digits([UInt8(label.utf8.count)]) + Self.digits(Array(label.utf8))
            }
            return "beef01000001000000000000" + labels.joined() + "00" + Self.digits([0, UInt8(type), 0, 1])
        }

        func ask(_ order: Order) async throws -> Reply {
            try dig.tell(String(decoding: try JSONEncoder().encode(order), as: UTF8.self))
            return try JSONDecoder().decode(Reply.self, from: try await dig.line())
        }

        private static func digits(_ bytes: [UInt8]) -> String {
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    private static func with(
        connections: Int = 16, idle: Duration = .seconds(5), burst: Double = 500,
        _ body: @Sendable (Fixture) async throws -> Void
    ) async throws {
        let directory = FakeDirectory([.plain("agent-1"), .plain("agent-2")])
        let (zones, audit, port) = (Zones(), AuditSinkFake(), try FreePort.take())
        let address = try #require(IPAddress("127.0.0.1"))
        let gateway = try #require(IPAddress("10.96.0.7"))
        zones.put(AgentZone(port: port, gateway: gateway), of: AgentID(rawValue: "agent-1"))
        directory.admit([own], to: "agent-1")
        let server = DNSServer(
            configuration: DNSConfiguration(
                address: address, burst: burst, rate: 1, connections: connections, idleTime: idle),
            directory: directory, zones: zones, audit: audit, logger: Logger(label: "test"))
        let dig = try NodeScript("dig.py", [])
        defer { dig.stop() }
        let fixture = Fixture(
            directory: directory, zones: zones, audit: audit, server: server, dig: dig, port: port)
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: server)], logger: Logger(label: "test")))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let isOpen = try await eventually { server.isServing(fixture.agent) }
            #expect(isOpen)
            try await body(fixture)
            await group.triggerGracefulShutdown()
        }
    }

    @Test("answers over UDP and TCP, many on one connection", arguments: ["udp", "tcp"])
    func answers(_ transport: String) async throws {
        try await Self.with { fixture in
            let query = fixture.query("aPi.example.com")
            let reply = try await fixture.ask(
                Order(transport: transport, port: fixture.port, hex: query, times: 20))
            #expect(reply.error == nil && reply.answers.count == 20)
            for answer in reply.answers {
                #expect(answer.hasPrefix("beef8580000100010000000003615069"))
                #expect(answer.hasSuffix("c00c000100010000001e00040a600007"))
            }
            let absent = try await fixture.ask(
                Order(transport: transport, port: fixture.port, hex: fixture.query("kubernetes.default.svc")))
            #expect(absent.answers.first?.hasPrefix("beef8583") == true)
        }
    }

    @Test("says nothing to another source, over UDP or TCP, and records who it was once", arguments: ["udp", "tcp"])
    func foreign(_ transport: String) async throws {
        try await Self.with { fixture in
            for _ in 0..<3 {
                let reply = try await fixture.ask(
                    Order(
                        transport: transport, port: fixture.port, from: Self.other,
                        hex: fixture.query("api.example.com"), wait: 0.3))
                #expect(reply.answers == [] && reply.error != nil)
            }
            let isRecorded = try await eventually { !fixture.audit.events.isEmpty }
            #expect(isRecorded)
            #expect(fixture.audit.events.count == 1)
            let event = try #require(fixture.audit.events.first)
            #expect(event.source == Self.other && event.code == .unknownAgent && event.outcome == .denied)
            #expect(event.agent == fixture.agent && event.action == "dns")
        }
    }

    @Test(
        "ends connections that announce too much or too little, say nothing, or stop in the middle",
        arguments: ["ffff0000", "0201", "0000", "000b", "0011beef0100", ""])
    func odd(_ bytes: String) async throws {
        try await Self.with(idle: .milliseconds(300)) { fixture in
            let reply = try await fixture.ask(Order(transport: "raw", port: fixture.port, hex: bytes, wait: 5))
            #expect(reply.error == nil && reply.answers == [""], "\(reply)")
        }
    }

    @Test("drops what one agent asks beyond its budget")
    func budget() async throws {
        try await Self.with(burst: 10) { fixture in
            let order = Order(
                transport: "udp", port: fixture.port, hex: fixture.query("api.example.com"), times: 40, wait: 0.5)
            let reply = try await fixture.ask(order)
            #expect(reply.error == "timeout" && (10...12).contains(reply.answers.count), "\(reply.answers.count)")
        }
    }

    @Test("takes no more connections of one agent than it may have; others' are taken again when some end")
    func connections() async throws {
        try await Self.with(connections: 2, idle: .milliseconds(700)) { fixture in
            let silent = try (0..<2).map { _ in try NodeScript("dig.py", []) }
            defer { for script in silent { script.stop() } }
            let hold = Order(transport: "raw", port: fixture.port, hex: "", wait: 5)
            for script in silent { try script.tell(String(decoding: try JSONEncoder().encode(hold), as: UTF8.self)) }
            let query = Order(transport: "tcp", port: fixture.port, hex: fixture.query("api.example.com"))
            var wasFull = false
            var isServed = false
            let deadline = ContinuousClock.now + .seconds(8)
            while ContinuousClock.now < deadline, !(wasFull && isServed) {
                let reply = try await fixture.ask(query)
                if reply.error != nil { wasFull = true }
                if wasFull, reply.answers.count == 1 { isServed = true }
            }
            #expect(wasFull && isServed)
        }
    }

    @Test("closes the port of an agent that is killed, opens another when it changes, tries a taken one again")
    func ports() async throws {
        try await Self.with { fixture in
            let query = fixture.query("api.example.com")
            let active = try #require(fixture.directory.agent(fixture.agent))
            var killed = active
            killed.standing = .killed
            fixture.directory.add(killed)
            #expect(try await eventually { !fixture.server.isServing(fixture.agent) })
            let closed = try await fixture.ask(Order(transport: "tcp", port: fixture.port, hex: query))
            #expect(closed.error == "ConnectionRefusedError")

            // The port of another agent: in use.
            let second = AgentID(rawValue: "agent-2")
            let zone = try #require(fixture.zones.zone(of: fixture.agent))
            fixture.directory.add(active)
            #expect(try await eventually { fixture.server.isServing(fixture.agent) })
            fixture.zones.put(zone, of: second)
            fixture.directory.add(.plain("agent-2"))
            #expect(try await eventually { fixture.server.problems.count == 1 })
            #expect(fixture.server.problems.first?.contains("agent-2") == true)

            var moved = zone
            moved.port = try FreePort.take()
            fixture.zones.put(moved, of: fixture.agent)
            fixture.directory.add(active)
            #expect(try await eventually { fixture.server.isServing(second) && fixture.server.problems.isEmpty })
            let reply = try await fixture.ask(Order(transport: "udp", port: moved.port, hex: query))
            #expect(reply.answers.count == 1)
        }
    }
}
