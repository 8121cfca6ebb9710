import KubernetesClient
import PalanaCore
import Testing

@testable import ClusterGateway

@Suite("What a replica tells of whom it has cut off")
struct CutBookTests {
    private static let one = AgentID(rawValue: "agent-alice-one-1a2b3c4d5e")
    private static let two = AgentID(rawValue: "agent-alice-two-1a2b3c4d5e")
    private static let now = Timestamp("2026-01-01T00:00:00Z") ?? .now()

    private static func held(_ agents: [AgentID], uid: String = "u", generation: Int = 1) -> HeldAgents {
        let kill = KillSwitch(
            metadata: ObjectMeta(name: uid, namespace: "palana-system", uid: uid, generation: generation),
            spec: KillSwitchSpec(target: KillTarget(all: true), reason: "a test"))
        let agent = Agent(metadata: ObjectMeta(name: "x"), spec: AgentSpec(owner: "alice"))
        return HeldAgents(kill: kill, agents: Dictionary(agents.map { ($0, agent) }) { first, _ in first })
    }

    @Test("Each agent is waited for once, counted when it is cut, and told once")
    func course() {
        var book = CutBook(replica: "palana-gateway-0")
        let both = Self.held([Self.one, Self.two])
        #expect(book.held([both]).fresh == [Self.one, Self.two])
        #expect(book.news(of: both)?.agents == 0)
        book.cut([Self.one], at: Self.now, milliseconds: 12)
        #expect(book.held([both]).fresh == [Self.two])
        book.cut([Self.two], at: Self.now, milliseconds: 40)
        let report = book.news(of: both)
        #expect(
            report
                == KillSwitchStatus.Gateway(
                    name: "palana-gateway-0", agents: 2, observedGeneration: 1, effectiveAt: Self.now,
                    milliseconds: 40))
        report.map { book.told($0, of: both) }
        #expect(book.news(of: both) == nil)
        // A change of the switch is told anew, and nobody is cut twice for it.
        let raised = Self.held([Self.one, Self.two], generation: 2)
        #expect(book.held([raised]).fresh.isEmpty && book.news(of: raised)?.observedGeneration == 2)
    }

    @Test("A second switch that holds the same agents is told of without waiting, and who is free is forgotten")
    func second() {
        var book = CutBook(replica: "r")
        let first = Self.held([Self.one])
        _ = book.held([first])
        book.cut([Self.one], at: Self.now, milliseconds: 5)
        let next = Self.held([Self.one], uid: "v")
        #expect(book.held([first, next]).fresh.isEmpty)
        #expect(book.news(of: next)?.agents == 1)
        let (fresh, released) = book.held([])
        #expect(fresh.isEmpty && released == [Self.one])
        #expect(book.held([first]).fresh == [Self.one])
        // The same switch was told of before it went: it is told of again.
        #expect(book.news(of: first)?.agents == 0)
    }
}
