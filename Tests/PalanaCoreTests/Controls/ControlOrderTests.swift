import Foundation
import PalanaCore
import Testing

@Suite("What is ordered about an agent")
struct ControlOrderTests {
    typealias Level = KillSwitchSpec.Level

    private static let home = "user-alice-1"
    private static let platform = "palana-system"
    private static let start = Timestamp("2026-01-01T00:00:00Z") ?? .now()

    private static func moment(_ seconds: Int) -> Timestamp {
        Timestamp(start.date.addingTimeInterval(Double(seconds)))
    }

    private static func agent(suspended: Bool = false) -> Agent {
        var agent = Samples.agent("demo", owner: "alice") { $0.suspended = suspended }
        agent.metadata.namespace = home
        return agent
    }

    private static func kill(
        _ level: Level?, name: String = "k", in namespace: String = home, made: Int? = 0, until end: Int? = nil,
        target: KillTarget = KillTarget(all: true)
    ) -> KillSwitch {
        var kill = KillSwitch(
            metadata: ObjectMeta(name: name, namespace: namespace),
            spec: KillSwitchSpec(target: target, level: level, reason: "why", expiresAt: end.map(moment)))
        kill.metadata.creationTimestamp = made.map(moment)
        return kill
    }

    private static func order(
        _ switches: [KillSwitch], suspended: Bool = false, host: AgentHost = .machine, at second: Int = 0
    ) -> ControlOrder {
        ControlOrder(
            for: agent(suspended: suspended), switches: switches, host: host, platformNamespace: platform,
            now: moment(second))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var levels: [Level]
        var suspended = false
        var host: AgentHost
        var effective: Level?
        var standing: AgentSnapshot.Standing
        var processes: ControlOrder.Processes
        var isDeleted = false
        var testDescription: String { "\(levels.map(\.rawValue)) on a \(host), suspended: \(suspended)" }
    }

    static let rows: [Row] = AgentHost.allCases.flatMap { host -> [Row] in
        let frozen: ControlOrder.Processes = host == .machine ? .freeze : .run
        return [
            Row(levels: [], host: host, effective: nil, standing: .active, processes: .run),
            Row(levels: [], suspended: true, host: host, effective: nil, standing: .suspended, processes: .stop),
            Row(levels: [.network], host: host, effective: .network, standing: .killed, processes: .run),
            Row(
                levels: [.network], suspended: true, host: host, effective: .network, standing: .killed,
                processes: .stop),
            Row(
                levels: [.freeze], host: host, effective: host == .machine ? .freeze : .network, standing: .killed,
                processes: frozen),
            Row(levels: [.suspend], host: host, effective: .suspend, standing: .killed, processes: .stop),
            Row(
                levels: [.terminate], host: host, effective: .terminate, standing: .killed, processes: .stop,
                isDeleted: true),
            Row(
                levels: [.network, .suspend, .freeze], host: host, effective: .suspend, standing: .killed,
                processes: .stop),
            Row(
                levels: [.terminate, .network], host: host, effective: .terminate, standing: .killed, processes: .stop,
                isDeleted: true),
        ]
    }

    @Test("follows from the strongest switch, from spec.suspended, and from what the host can do", arguments: rows)
    func levels(_ row: Row) {
        let order = Self.order(
            row.levels.enumerated().map { Self.kill($0.element, name: "k\($0.offset)") }, suspended: row.suspended,
            host: row.host)
        #expect(order.effectiveLevel == row.effective && order.standing == row.standing)
        #expect(order.processes == row.processes && order.isDeleted == row.isDeleted)
        #expect(order.count == row.levels.count && order.isKilled == !row.levels.isEmpty)
        #expect(order.mayStart == row.levels.isEmpty && order.mayExec == (row.processes == .run))
    }

    @Test("names the strongest switch; of equals the one that was made first, else the first by name")
    func cause() {
        let old = Self.kill(.freeze, name: "old", made: 1)
        let switches = [
            Self.kill(.network, name: "a", made: 0), Self.kill(.freeze, name: "new", made: 2), old,
            Self.kill(.freeze, name: "unknown", made: nil),
        ]
        #expect(Self.order(switches).cause == KillCause(old))
        #expect(Self.order(switches.reversed()).cause == KillCause(old))
        let twins = [Self.kill(.freeze, name: "b"), Self.kill(.freeze, name: "a")]
        #expect(Self.order(twins).cause?.name == "a")
        #expect(Self.order([Self.kill(nil)]).cause?.level == .network)
        #expect("\(KillCause(old))" == "KillSwitch user-alice-1/old (freeze): why")
    }

    @Test("ends with the switch's time, not while another holds, and says when to look again")
    func expiry() {
        let switches = [Self.kill(.suspend, name: "short", until: 10), Self.kill(.network, name: "long", until: 20)]
        #expect(Self.order(switches, at: 9).effectiveLevel == .suspend)
        #expect(Self.order(switches, at: 9).nextChange == Self.moment(10))
        #expect(Self.order(switches, at: 10).effectiveLevel == .network)
        #expect(Self.order(switches, at: 10).nextChange == Self.moment(20))
        #expect(Self.order(switches, at: 20) == .free(.machine))
    }

    @Test("comes from switches in the agent's own or the platform's namespace only")
    func scope() {
        #expect(Self.order([Self.kill(.freeze, in: "user-bob-2")]) == .free(.machine))
        #expect(Self.order([Self.kill(.freeze, in: Self.platform)]).isKilled)
        #expect(Self.order([Self.kill(.freeze, target: KillTarget(owner: "bob"))]) == .free(.machine))
    }

    @Test("on one machine, where nothing has a namespace, comes from any switch that names it")
    func machine() {
        var agent = Self.agent()
        agent.metadata.namespace = nil
        for target in [KillTarget(agent: "demo"), KillTarget(agent: "alice/demo"), KillTarget(owner: "alice")] {
            var kill = Self.kill(.network, target: target)
            kill.metadata.namespace = nil
            let order = ControlOrder(
                for: agent, switches: [kill], host: .machine, platformNamespace: "", now: Self.start)
            #expect(order.isKilled, "\(target)")
        }
    }
}
