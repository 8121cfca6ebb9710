import PalanaCore
import Testing

@Suite struct KillSwitchTests {
    private static let home = "user-alice-1"
    private static let platform = "palana-system"

    private static func agent(_ name: String = "demo", owner: String = "alice", in namespace: String = home) -> Agent {
        var agent = Samples.agent(name, owner: owner)
        agent.metadata.namespace = namespace
        agent.metadata.labels = ["team": "web", "tier": "1"]
        return agent
    }

    private static func kill(_ target: KillTarget, in namespace: String = home) -> KillSwitch {
        KillSwitch(
            metadata: ObjectMeta(name: "k", namespace: namespace), spec: KillSwitchSpec(target: target, reason: "test"))
    }

    @Test(arguments: [
        (KillTarget(all: true), home, true),
        (KillTarget(all: true), platform, true),
        (KillTarget(all: true), "user-bob-2", false),
        (KillTarget(agent: "demo"), home, true),
        (KillTarget(agent: "other"), home, false),
        (KillTarget(agent: "demo"), platform, false),
        (KillTarget(agent: "alice/demo"), platform, true),
        (KillTarget(agent: "alice/demo"), home, true),
        (KillTarget(agent: "alice/demo"), "user-bob-2", false),
        (KillTarget(agent: "bob/demo"), platform, false),
        (KillTarget(owner: "alice"), platform, true),
        (KillTarget(owner: "bob"), home, false),
        (KillTarget(selector: .init(labels: ["team": "web"])), platform, true),
        (KillTarget(selector: .init(labels: ["team": "web", "tier": "2"])), home, false),
        // Refused by the validator; if one got in, an empty selector is no `all`.
        (KillTarget(selector: .init(labels: [:])), home, false),
        (KillTarget(), home, false),
        (KillTarget(owner: "bob", all: true), home, true),
    ])
    func `A switch reaches whom it names, from where it may`(target: KillTarget, namespace: String, expected: Bool) {
        let kill = Self.kill(target, in: namespace)
        #expect(kill.matches(Self.agent(), platformNamespace: Self.platform) == expected)
    }

    @Test func `A switch is in force until it expires`() {
        var kill = Self.kill(KillTarget(all: true))
        let now = Timestamp.now()
        #expect(kill.isInForce(at: now))
        kill.spec.expiresAt = now
        #expect(!kill.isInForce(at: now))
    }

    static let refused: [(@Sendable (inout KillSwitchSpec) -> Void, String)] = [
        ({ $0.target = KillTarget() }, "spec.target: names nobody; give agent, owner, selector or all"),
        (
            { $0.target = KillTarget(owner: "bob", all: true) },
            "spec.target: names more than one thing; give one of agent, owner, selector and all"
        ),
        ({ $0.target = KillTarget(all: false) }, "spec.target.all: only true has a meaning; leave it out"),
        (
            { $0.target = KillTarget(selector: .init()) },
            "spec.target.selector.labels: missing; use all for every agent"
        ),
        (
            { $0.target = KillTarget(agent: "De mo") },
            "spec.target.agent: \"De mo\": only a-z, 0-9 and `-` can stand in it"
        ),
        ({ $0.reason = " " }, "spec.reason: \" \": say why; the agents' owners read it"),
        ({ $0.reason = "a\u{1b}[2J" }, "spec.reason: \"a\\u{1b}[2J\": control characters can't stand in it"),
    ]

    @Test(arguments: refused.indices)
    func `A switch that makes no sense, or isn't built, is refused`(index: Int) {
        let (change, expected) = Self.refused[index]
        var kill = Self.kill(KillTarget(all: true))
        change(&kill.spec)
        let report = ResourceValidator(support: .kubernetes).report(on: .killSwitch(kill))
        #expect(report.errors.map(\.description) == [expected])
    }

    static let changes: [(@Sendable (inout KillSwitchSpec) -> Void, String?)] = [
        ({ $0.reason = "Another reason" }, nil),
        ({ $0.level = .terminate }, nil),
        ({ $0.expiresAt = nil }, nil),
        ({ $0.expiresAt = Timestamp("2030-01-02T00:00:00Z") }, nil),
        (
            { $0.level = .network },
            "spec.level: \"network\": can only be raised (it is freeze); delete the switch to release its agents"
        ),
        (
            { $0.level = nil },
            "spec.level: \"network\": can only be raised (it is freeze); delete the switch to release its agents"
        ),
        (
            { $0.expiresAt = Timestamp("2029-01-01T00:00:00Z") },
            "spec.expiresAt: \"2029-01-01T00:00:00Z\": can only be put off or taken out; delete the switch to release "
                + "its agents"
        ),
        ({ $0.target = KillTarget(owner: "bob") }, "spec.target: can't change; make another switch for others"),
    ]

    @Test(arguments: changes.indices)
    func `A switch that exists may only get stronger`(index: Int) {
        let (change, expected) = Self.changes[index]
        var old = Self.kill(KillTarget(all: true))
        old.spec.level = .freeze
        old.spec.expiresAt = Timestamp("2030-01-01T00:00:00Z")
        var new = old
        change(&new.spec)
        let report = ResourceValidator().reportOnChange(from: .killSwitch(old), to: .killSwitch(new))
        #expect(report.errors.map(\.description) == [expected].compactMap { $0 })
    }
}
