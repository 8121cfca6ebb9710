import ClusterGateway
import KubernetesClient
import PalanaCore
import Testing

@Suite("Kill switches in the gateway")
struct KillTests {
    private static let alices = AgentNames.tenantNamespace(owner: ClusterSample.alice)
    private static let bobs = AgentNames.tenantNamespace(owner: ClusterSample.bob)

    struct Row: Sendable, CustomTestStringConvertible {
        var target: KillTarget
        var namespace: String
        var reached: Set<String>
        var testDescription: String { "\(target) in \(namespace)" }
    }

    static let rows: [Row] = [
        Row(target: KillTarget(all: true), namespace: ClusterSample.platform, reached: ["a/one", "a/two", "b/one"]),
        Row(target: KillTarget(all: true), namespace: alices, reached: ["a/one", "a/two"]),
        Row(target: KillTarget(all: true), namespace: "default", reached: []),
        Row(target: KillTarget(owner: ClusterSample.bob), namespace: ClusterSample.platform, reached: ["b/one"]),
        Row(target: KillTarget(owner: ClusterSample.bob), namespace: alices, reached: []),
        Row(target: KillTarget(agent: "one"), namespace: alices, reached: ["a/one"]),
        Row(target: KillTarget(agent: "one"), namespace: ClusterSample.platform, reached: []),
        Row(
            target: KillTarget(agent: "\(ClusterSample.bob)/one"), namespace: ClusterSample.platform, reached: ["b/one"]
        ),
        Row(target: KillTarget(agent: "\(ClusterSample.bob)/one"), namespace: alices, reached: []),
        Row(
            target: KillTarget(selector: .init(labels: ["team": "red"])), namespace: ClusterSample.platform,
            reached: ["a/two", "b/one"]),
        Row(target: KillTarget(selector: .init(labels: ["team": "red"])), namespace: bobs, reached: ["b/one"]),
    ]

    private static func sample() -> (ClusterSample, [String: AgentID]) {
        var sample = ClusterSample()
        let red = ["team": "red"]
        let ids = [
            "a/one": sample.add("one"), "a/two": sample.add("two", port: 20_001) { $0.metadata.labels = red },
            "b/one": sample.add("one", of: ClusterSample.bob, port: 20_002) { $0.metadata.labels = red },
        ]
        return (sample, ids)
    }

    private static func stopped(_ sample: ClusterSample, _ ids: [String: AgentID]) -> Set<String> {
        Set(ids.filter { sample.index.agent($0.value)?.standing == .killed }.keys)
    }

    @Test("reach whom they name, in a tenant's namespace only that tenant's, until they are gone", arguments: rows)
    func reach(_ row: Row) {
        var (sample, ids) = Self.sample()
        let touched = sample.apply(.killSwitch(ClusterSample.killSwitch(row.target, in: row.namespace)))
        #expect(Self.stopped(sample, ids) == row.reached)
        #expect(touched == Set(row.reached.compactMap { ids[$0] }))
        sample.apply(.gone(.killSwitches, ObjectKey("stop", in: row.namespace)))
        #expect(Self.stopped(sample, ids) == [])
    }

    @Test("take the network at every level", arguments: KillSwitchSpec.Level.allCases)
    func levels(_ level: KillSwitchSpec.Level) {
        var (sample, ids) = Self.sample()
        sample.apply(.killSwitch(ClusterSample.killSwitch(KillTarget(owner: ClusterSample.bob), level: level)))
        #expect(Self.stopped(sample, ids) == ["b/one"])
    }

    @Test("reach agents that are made, labelled or made again later")
    func later() {
        var sample = ClusterSample()
        sample.apply(.killSwitch(ClusterSample.killSwitch(KillTarget(selector: .init(labels: ["team": "red"])))))
        let id = sample.add()
        #expect(sample.index.agent(id)?.standing == .active)
        sample.add { $0.metadata.labels = ["team": "red"] }
        #expect(sample.index.agent(id)?.standing == .killed)
        sample.apply(.gone(.agents, ClusterSample.agent().key))
        sample.add { $0.metadata.labels = ["team": "red"] }
        #expect(sample.index.agent(id)?.standing == .killed)
        sample.add()
        #expect(sample.index.agent(id)?.standing == .active)
    }

    @Test("end when their time is up, and not while another one holds")
    func expiry() {
        var (sample, ids) = Self.sample()
        let end = ClusterSample.start.adding(60)
        let bob = KillTarget(owner: ClusterSample.bob)
        sample.apply(.killSwitch(ClusterSample.killSwitch(bob, name: "short", until: end)))
        #expect(sample.index.nextExpiry(after: sample.now) == end)
        sample.now = ClusterSample.start.adding(59)
        _ = sample.index.decideKills(at: sample.now)
        #expect(Self.stopped(sample, ids) == ["b/one"])
        sample.apply(.killSwitch(ClusterSample.killSwitch(bob, name: "long")))
        sample.now = end
        #expect(sample.index.decideKills(at: sample.now) == [])
        #expect(Self.stopped(sample, ids) == ["b/one"])
        #expect(sample.index.nextExpiry(after: sample.now) == nil)
        sample.apply(.gone(.killSwitches, ObjectKey("long", in: ClusterSample.platform)))
        #expect(Self.stopped(sample, ids) == [])
        sample.apply(.killSwitch(ClusterSample.killSwitch(bob, name: "late", until: ClusterSample.start)))
        #expect(Self.stopped(sample, ids) == [])
    }

    @Test("of one namespace that are too many to look at stop all that they could reach")
    func tooMany() {
        var (sample, ids) = Self.sample()
        sample.index = ClusterIndex(configuration: ClusterIndexConfiguration(killSwitchLimit: 3))
        sample.sync()
        ids = ["a/one": sample.add("one"), "b/one": sample.add("one", of: ClusterSample.bob, port: 20_002)]
        for number in 1...4 {
            let none = KillTarget(agent: "nobody-\(number)")
            sample.apply(.killSwitch(ClusterSample.killSwitch(none, in: Self.alices, name: "stop-\(number)")))
            #expect(Self.stopped(sample, ids) == (number > 3 ? ["a/one"] : []))
        }
        #expect(sample.index.problems.count == 1)
    }

    @Test("that can't be read stop all that they could reach, until they are gone or can be read")
    func unreadable() {
        let keys: [(ObjectKey, Set<String>)] = [
            (ObjectKey("odd", in: ClusterSample.platform), ["a/one", "a/two", "b/one"]),
            (ObjectKey("odd", in: Self.bobs), ["b/one"]), (ObjectKey("odd", in: "default"), []),
        ]
        for (key, reached) in keys {
            var (sample, ids) = Self.sample()
            sample.apply(.unreadable(.killSwitches, key, problem: "level: no such level"))
            #expect(Self.stopped(sample, ids) == reached)
            sample.apply(.gone(.killSwitches, key))
            #expect(Self.stopped(sample, ids) == [])
            sample.apply(.unreadable(.killSwitches, key, problem: "level: no such level"))
            let other = KillTarget(owner: "nobody@example.com")
            sample.apply(
                .killSwitch(ClusterSample.killSwitch(other, in: key.namespace ?? "", name: key.name)))
            #expect(Self.stopped(sample, ids) == [])
        }
    }

    @Test("leave the agent's own standing alone: suspended stays so, and what status says of a kill counts for nothing")
    func own() {
        var sample = ClusterSample()
        let id = sample.add { $0.spec.suspended = true }
        #expect(sample.index.agent(id)?.standing == .suspended)
        sample.add { $0.status?.phase = .killed }
        #expect(sample.index.agent(id)?.standing == .active)
    }
}
