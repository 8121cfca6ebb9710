import Foundation
import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("Ports of agents")
struct PortAllocationTests {
    private let now = OperatorSamples.now
    private let range = 20_000...20_003

    private func ago(_ seconds: Int64) -> Timestamp {
        Timestamp(Date(timeIntervalSince1970: Double(now.seconds - seconds)))
    }

    private func claimant(_ uid: String, port: Int? = nil, age: Int64 = 0, isAsking: Bool = true)
        -> PortAllocation.Claimant
    {
        .init(uid: uid, created: ago(age), port: port, isAsking: isAsking)
    }

    private func allocation(
        _ entries: [Int: PortLedger.Entry] = [:], _ claimants: [PortAllocation.Claimant]
    ) -> PortAllocation {
        PortAllocation(
            PortLedger(entries: entries), for: claimants, range: range, rest: .seconds(600), now: now)
    }

    @Test("are given away once each, the oldest agent first")
    func fresh() {
        let result = allocation([:], [claimant("b", age: 5), claimant("a", age: 1), claimant("c", age: 9)])
        #expect(result.ports == ["c": 20_000, "b": 20_001, "a": 20_002])
        #expect(result.ledger.entries == [20_000: .held("c"), 20_001: .held("b"), 20_002: .held("a")])
        #expect(result.waiting.isEmpty)
    }

    @Test("stay with their agents, and the ledger as it is, when nothing changes")
    func stable() {
        let entries: [Int: PortLedger.Entry] = [20_001: .held("a"), 20_002: .resting(since: ago(10))]
        let result = allocation(entries, [claimant("a", port: 20_001)])
        #expect(result.ledger.entries == entries)
        #expect(result.ports == ["a": 20_001])
    }

    @Test("rest ten minutes after their agent is gone")
    func rest() {
        var result = allocation([20_000: .held("gone")], [claimant("a")])
        #expect(result.ledger.entries == [20_000: .resting(since: now), 20_001: .held("a")])
        result = allocation([20_000: .resting(since: ago(599))], [claimant("a")])
        #expect(result.ports == ["a": 20_001])
        #expect(result.nextFree == .seconds(1))
        result = allocation([20_000: .resting(since: ago(600))], [claimant("a")])
        #expect(result.ports == ["a": 20_000])
    }

    @Test("rest no longer because a clock went back")
    func clock() {
        let result = allocation([20_000: .resting(since: ago(-5_000))], [])
        #expect(result.ledger.entries == [20_000: .resting(since: now)])
    }

    @Test("that the ledger gives to another aren't believed of a status")
    func forged() {
        let result = allocation([20_000: .held("a")], [claimant("a"), claimant("b", port: 20_000, age: 9)])
        #expect(result.ports == ["a": 20_000, "b": 20_001])
    }

    @Test("that two statuses name belong to the older one")
    func doubled() {
        let result = allocation([:], [claimant("young", port: 20_000, age: 1), claimant("old", port: 20_000, age: 9)])
        #expect(result.ports == ["old": 20_000, "young": 20_001])
    }

    @Test("that are no longer in the range are given up")
    func range2() {
        let result = allocation([19_000: .held("a")], [claimant("a", port: 19_000)])
        #expect(result.ports == ["a": 20_000])
        #expect(result.ledger.entries == [20_000: .held("a")])
    }

    @Test("are waited for when all are taken or rest")
    func exhausted() {
        let result = allocation(
            [20_000: .held("a"), 20_001: .held("b"), 20_002: .held("c"), 20_003: .resting(since: ago(100))],
            [claimant("a"), claimant("b"), claimant("c"), claimant("d")])
        #expect(result.waiting == ["d"])
        #expect(result.ports["d"] == nil)
        #expect(result.nextFree == .seconds(500))
    }

    @Test("of agents that are going are kept, and not looked for")
    func going() {
        let result = allocation(
            [20_000: .held("a")], [claimant("a", isAsking: false), claimant("b", isAsking: false)])
        #expect(result.ports == ["a": 20_000])
        #expect(result.waiting.isEmpty)
    }

    @Test("are written down so that they come back, and nonsense counts as nothing")
    func ledger() throws {
        let ledger = PortLedger(entries: [20_000: .held("a"), 20_001: .resting(since: now)])
        let map = ConfigMap(metadata: ObjectMeta(name: "l"), data: try ledger.data())
        #expect(PortLedger(map) == ledger)
        #expect(PortLedger(ConfigMap(metadata: ObjectMeta(name: "l"), data: ["ports": "{"])) == PortLedger())
        #expect(PortLedger(nil) == PortLedger())
    }

    @Test("fill a range of ten thousand in one go")
    func many() {
        let claimants = (0..<10_000).map { claimant("u\($0)", age: Int64($0)) }
        let result = PortAllocation(
            PortLedger(), for: claimants, range: 20_000...29_999, rest: .seconds(600), now: now)
        #expect(Set(result.ports.values).count == 10_000)
    }
}
