import PalanaCore
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("Who may ask an agent's DNS, and how often")
struct DNSDeskTests {
    private struct Zones: AgentZones {
        var known = true
        func zone(of id: AgentID) -> AgentZone? { known ? DNSSample.zone : nil }
    }

    private struct Fixture {
        let directory: AgentDirectoryFake
        let reports = Reports()
        let agent = AgentID(rawValue: "agent-a")
        let pod = IPAddress("10.1.2.3")
        let start = ContinuousClock.now

        init() {
            directory = AgentDirectoryFake([AgentSnapshot(id: agent, name: "a", owner: "alice")])
            directory.put(.addresses(Set([pod].compactMap(\.self))), of: agent)
        }

        func desk(_ zones: Zones = Zones(), burst: Double = 3, rate: Double = 1) throws -> DNSDesk {
            let address = try #require(IPAddress("127.0.0.1"))
            let reports = reports
            return DNSDesk(
                agent: agent, configuration: DNSConfiguration(address: address, burst: burst, rate: rate),
                directory: directory, zones: zones
            ) { reports.add($0) }
        }
    }

    private final class Reports: Sendable {
        private let seen = Mutex<[DNSDesk.ForeignSource]>([])
        var all: [DNSDesk.ForeignSource] { seen.withLock { $0 } }
        func add(_ report: DNSDesk.ForeignSource) { seen.withLock { $0.append(report) } }
    }

    private let query = DNSSample.query("api.example.com")

    @Test("The agent's own pods are answered; others aren't, and are reported once a minute")
    func sources() throws {
        let fixture = Fixture()
        let desk = try fixture.desk(burst: 100)
        let stranger = IPAddress("10.9.9.9")
        #expect(desk.answer(to: query, from: fixture.pod) != nil)
        for second in 0..<59 {
            #expect(desk.answer(to: query, from: stranger, at: fixture.start + .seconds(second)) == nil)
        }
        #expect(fixture.reports.all == [.init(agent: fixture.agent, source: stranger)])
        #expect(desk.answer(to: query, from: nil, at: fixture.start + .seconds(61)) == nil)
        #expect(desk.answer(to: query, from: stranger, at: fixture.start + .seconds(61)) == nil)
        #expect(fixture.reports.all.count == 3)
    }

    @Test("A thousand strangers make a handful of reports")
    func flood() throws {
        let fixture = Fixture()
        let desk = try fixture.desk()
        for last in 1...1_000 {
            let stranger = IPAddress("10.9.\(last / 250).\(last % 250)")
            #expect(desk.answer(to: query, from: stranger, at: fixture.start) == nil)
        }
        #expect(fixture.reports.all.count == 17)
    }

    @Test("A budget bounds what one agent asks; strangers can't spend it")
    func budget() throws {
        let fixture = Fixture()
        let desk = try fixture.desk()
        for _ in 0..<50 { _ = desk.answer(to: query, from: IPAddress("10.9.9.9"), at: fixture.start) }
        let answered = (0..<10).count { _ in desk.answer(to: query, from: fixture.pod, at: fixture.start) != nil }
        #expect(answered == 3)
        #expect(desk.answer(to: query, from: fixture.pod, at: fixture.start + .seconds(2)) != nil)
    }

    @Test(
        "A killed or suspended agent gets no answer, nor does one that is gone or has no zone",
        arguments: [AgentSnapshot.Standing.killed, .suspended])
    func standing(_ standing: AgentSnapshot.Standing) throws {
        let fixture = Fixture()
        let desk = try fixture.desk()
        fixture.directory.put(AgentSnapshot(id: fixture.agent, name: "a", owner: "alice", standing: standing))
        #expect(desk.answer(to: query, from: fixture.pod) == nil)
        fixture.directory.put(AgentSnapshot(id: fixture.agent, name: "a", owner: "alice"))
        #expect(desk.answer(to: query, from: fixture.pod) != nil)
        #expect(try fixture.desk(Zones(known: false)).answer(to: query, from: fixture.pod) == nil)
        let nobody = AgentDirectoryFake([])
        let address = try #require(IPAddress("127.0.0.1"))
        let orphan = DNSDesk(
            agent: fixture.agent, configuration: DNSConfiguration(address: address), directory: nobody, zones: Zones()
        ) { _ in }
        #expect(orphan.answer(to: query, from: fixture.pod) == nil)
    }
}
