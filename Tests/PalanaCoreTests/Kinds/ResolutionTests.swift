import PalanaCore
import Testing

@Suite struct ResolutionTests {
    @Test func `The agent's own values win over its template's`() {
        let template = Samples.template(
            AgentTemplateSpec(
                image: "/srv/base", command: ["base"], resources: Resources(limits: .init(cpu: "4", memory: "8Gi")),
                egress: Egress(default: .observe)))
        let agent = Samples.agent {
            $0.image = "/srv/own"
            $0.resources = Resources(limits: .init(cpu: "1"))
            $0.egress = Egress(default: .deny)
        }
        let spec = agent.resolved(with: template).spec
        #expect(spec.image == "/srv/own")
        #expect(spec.command == ["base"])
        #expect(spec.resources?.limits == .init(cpu: "1", memory: "8Gi"))
        #expect(spec.egress?.default == .deny)
    }

    @Test func `Variables and secrets are merged by name and replaced whole`() {
        let template = Samples.template(
            AgentTemplateSpec(
                env: [.init(name: "A", value: "1"), .init(name: "B", value: "1")],
                secrets: [AgentSecret(name: "KEY", hosts: ["a.example.com"], placeholder: "k-{random:32}")]))
        let agent = Samples.agent {
            $0.env = [.init(name: "C", value: "2"), .init(name: "B", value: "2")]
            $0.secrets = [AgentSecret(name: "KEY", hosts: ["b.example.com"]), AgentSecret(name: "OTHER", mode: .agent)]
        }
        let spec = agent.resolved(with: template).spec
        #expect(spec.env == [.init(name: "A", value: "1"), .init(name: "B", value: "2"), .init(name: "C", value: "2")])
        #expect(
            spec.secrets == [
                AgentSecret(name: "KEY", hosts: ["b.example.com"]), AgentSecret(name: "OTHER", mode: .agent),
            ])
    }

    @Test func `The agent's rules come first and the template's are added`() {
        let template = Samples.template(AgentTemplateSpec(egress: Egress(allow: [EgressRule(host: "t.example.com")])))
        let agent = Samples.agent { $0.egress = Egress(allow: [EgressRule(host: "a.example.com")]) }
        let resolved = agent.resolved(with: template).spec.egress?.allow
        #expect(resolved?.map(\.host) == ["a.example.com", "t.example.com"])
        #expect(Samples.agent().resolved(with: template).spec.egress?.allow?.map(\.host) == ["t.example.com"])
    }

    @Test func `Without a template nothing changes`() {
        let agent = Samples.agent { $0.egress = Egress(allow: [EgressRule(host: "a.example.com")]) }
        #expect(agent.resolved(with: nil) == agent)
    }

    @Test func `An agent that says nothing may reach nothing`() {
        let spec = Samples.agent().defaulted().spec
        #expect(spec.egress == Egress(default: .deny, allow: []))
        #expect(spec.workspace == Workspace(size: "10Gi", reclaim: .delete))
        #expect(spec.resources == Resources(limits: .init(cpu: "1", memory: "2Gi")))
        #expect(spec.suspended == false)
    }

    @Test func `Defaults written twice are the defaults written once`() {
        let agent = Samples.agent { $0.secrets = [AgentSecret(name: "A"), AgentSecret(name: "B", mode: .agent)] }
        let once = agent.defaulted()
        #expect(once.defaulted() == once)
        #expect(once.spec.secrets?.first?.placeholder == "palana-{name}-{random:32}")
        #expect(once.spec.secrets?.last == AgentSecret(name: "B", mode: .agent))
    }

    @Test func `A snapshot shows the gateway what the agent may do`() {
        let agent = Samples.agent {
            $0.suspended = true
            $0.secrets = [
                AgentSecret(name: "P", hosts: ["a.example.com"], positions: [.basic]),
                AgentSecret(name: "A", mode: .agent),
                AgentSecret(name: "LOST", hosts: ["a.example.com"]),
            ]
        }
        let snapshot = AgentSnapshot(agent.defaulted(), placeholders: ["P": "palana-P-x"])
        #expect(snapshot.standing == .suspended)
        #expect(
            snapshot.secrets == [
                SecretBinding(
                    name: "P", mode: .proxy, hosts: ["a.example.com"], positions: [.basic], placeholder: "palana-P-x"),
                SecretBinding(name: "A", mode: .agent, positions: []),
            ])
    }

    @Test func `What status says of an agent stops nobody; that is for kill switches to say`() {
        var agent = Samples.agent { $0.suspended = false }
        agent.status = AgentStatus(phase: .killed)
        #expect(AgentSnapshot(agent.defaulted(), placeholders: [:]).standing == .active)
    }

    @Test func `A selector compares owners byte by byte`() {
        let selector = AgentSelector(labels: ["team": "a"], owners: ["\u{e9}ric"])
        #expect(selector.matches(owner: "\u{e9}ric", labels: ["team": "a", "x": "y"]))
        #expect(!selector.matches(owner: "e\u{301}ric", labels: ["team": "a"]))
        #expect(!selector.matches(owner: "\u{e9}ric", labels: [:]))
        #expect(AgentSelector().matches(owner: "anyone", labels: [:]))
    }

    @Test func `A condition's time changes with its status only`() throws {
        let first = try #require(Timestamp("2026-01-01T00:00:00Z"))
        let second = try #require(Timestamp("2026-01-02T00:00:00Z"))
        var conditions: [Condition] = []
        conditions.set(Condition(type: "Ready", status: .false, reason: "Starting"), now: first)
        conditions.set(Condition(type: "Ready", status: .false, reason: "Waiting"), now: second)
        #expect(conditions.map(\.lastTransitionTime) == [first])
        conditions.set(Condition(type: "Ready", status: .true, reason: "Up"), now: second)
        #expect(conditions.map(\.lastTransitionTime) == [second])
    }

    @Test(arguments: ["2026-01-01T00:00:00Z", "1999-12-31T23:59:59Z"])
    func `A time is written as it was read`(text: String) throws {
        #expect(try #require(Timestamp(text)).description == text)
    }

    @Test(arguments: ["", "yesterday", "2026-01-01", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"])
    func `What is no time with a zone is none`(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
