import PalanaCore
import Testing

@Suite struct ResourceValidatorTests {
    private func errors(_ agent: Agent, template: AgentTemplate? = nil) -> [String] {
        ResourceValidator().report(on: agent, template: template).errors.map(\.description)
    }

    @Test func `The design's agent without what isn't built is taken without a warning`() {
        let agent = Samples.agent {
            $0.template = "claude-code"
            $0.command = ["python3", "agent.py"]
            $0.env = [.init(name: "LOG_LEVEL", value: "info")]
            $0.workspace = Workspace(size: "10Gi", storageClassName: "", reclaim: .delete)
            $0.resources = Resources(limits: .init(cpu: "1", memory: "2Gi"))
            $0.secrets = [
                AgentSecret(
                    name: "GITHUB_PAT", mode: .proxy, hosts: ["api.github.com", "github.com"],
                    positions: [.header, .basic],
                    placeholder: "ghp_{random:36}")
            ]
            $0.egress = Egress(
                default: .deny,
                allow: [
                    EgressRule(host: "api.github.com", ports: [443], methods: ["GET", "POST"], paths: ["/repos/**"]),
                    EgressRule(host: "github.com"),
                ])
        }
        let report = ResourceValidator().report(on: agent)
        #expect(report.errors.isEmpty && report.warnings.isEmpty, "\(report)")
    }

    @Test func `Every problem is told, each with its path`() {
        let agent = Samples.agent("Demo") {
            $0.env = [.init(name: "A", value: ""), .init(name: "A", value: "x\u{0}")]
            $0.egress = Egress(allow: [
                EgressRule(host: "a.example.com"), EgressRule(host: "b.example.com", ports: [70_000], methods: ["get"]),
                EgressRule(host: "*.*.com", paths: []),
            ])
        }
        #expect(
            errors(agent) == [
                "metadata.name: \"Demo\": only a-z, 0-9 and `-` can stand in it",
                "spec.env[1].name: \"A\": given twice; keep one of them",
                "spec.env[1].value: \"x\\u{0}\": a NUL character can't stand in it",
                "spec.egress.allow[1].ports[0]: 70000: must be 1 to 65535",
                "spec.egress.allow[1].methods[0]: \"get\": write it in upper case: \"GET\"",
                "spec.egress.allow[2].host: \"*.*.com\": one leading wildcard only",
                "spec.egress.allow[2].paths: empty; leave it out for any path",
            ])
    }

    static let unsupported: [(@Sendable (inout AgentSpec) -> Void, String)] = [
        ({ $0.ingress = Ingress(port: 8080) }, "spec.ingress: not supported yet"),
        ({ $0.runtimeClassName = "gvisor" }, "spec.runtimeClassName: not supported yet"),
        ({ $0.egress = Egress(default: .ask) }, "spec.egress.default: \"ask\": not supported yet"),
        ({ $0.egress = Egress(peers: []) }, "spec.egress.peers: not supported yet"),
        ({ $0.workspace = Workspace(storageClassName: "fast") }, "spec.workspace.storageClassName: not supported yet"),
        (
            { $0.secrets = [AgentSecret(name: "K", hosts: ["a.example.com"], positions: [.header, .query])] },
            "spec.secrets[0].in[1]: \"query\": not supported yet"
        ),
        (
            { $0.image = "ghcr.io/example/agent:1" },
            "spec.image: \"ghcr.io/example/agent:1\": not supported yet; give the absolute path of a rootfs folder, or leave "
                + "it out to use the host's /usr"
        ),
    ]

    @Test(arguments: unsupported.indices)
    func `What isn't built is refused, and taken where it is`(index: Int) {
        let (change, expected) = Self.unsupported[index]
        let agent = Samples.agent("demo", change)
        #expect(errors(agent) == [expected])
        let everything = ResourceValidator(support: FeatureSupport(Set(Feature.allCases)))
        #expect(everything.report(on: agent).errors.isEmpty)
    }

    @Test func `On one machine there is no namespace`() {
        var agent = Samples.agent()
        agent.metadata.namespace = "user-alice"
        #expect(errors(agent) == ["metadata.namespace: \"user-alice\": not supported on one machine; leave it out"])
    }

    @Test(arguments: [
        (AgentSecret(name: "K"), "spec.secrets[0].hosts: missing; name the only hosts that K may be sent to"),
        (
            AgentSecret(name: "K", mode: .agent, hosts: ["a.example.com"]),
            "spec.secrets[0].hosts: only for mode proxy; a secret of mode agent is read through palana.internal, leave it out"
        ),
        (
            AgentSecret(name: "HTTP_PROXY", mode: .agent),
            "spec.secrets[0].name: \"HTTP_PROXY\": set by the platform itself; choose another name"
        ),
        (
            AgentSecret(name: "K", hosts: ["*.com"]),
            "spec.secrets[0].hosts[0]: \"*.com\": too broad, it is all of .com; name a domain under it"
        ),
        (
            AgentSecret(name: "K", hosts: ["a.example.com"], positions: []),
            "spec.secrets[0].in: empty; leave it out for [header]"
        ),
    ])
    func `A secret that can't work is refused`(secret: AgentSecret, problem: String) {
        #expect(errors(Samples.agent { $0.secrets = [secret] }) == [problem])
    }

    @Test(arguments: [
        "k-{random:21}", "secret", "{name}", "k {random:32}", "{random:999999}", "{random:-1}", "{random:32",
    ])
    func `A placeholder that can be guessed or can't be made is refused`(pattern: String) {
        let agent = Samples.agent {
            $0.secrets = [AgentSecret(name: "K", hosts: ["a.example.com"], placeholder: pattern)]
        }
        #expect(errors(agent).count == 1)
        #expect(errors(agent).first?.hasPrefix("spec.secrets[0].placeholder: ") == true)
    }

    @Test func `A secret can't have the name of a variable, also of one in the template`() {
        let template = Samples.template(AgentTemplateSpec(env: [.init(name: "K", value: "v")]))
        let agent = Samples.agent { $0.secrets = [AgentSecret(name: "K", hosts: ["a.example.com"])] }
        #expect(errors(agent).isEmpty)
        #expect(
            errors(agent, template: template) == [
                "spec.secrets: \"K\": also the name of a variable in spec.env; rename one of them"
            ])
    }

    @Test func `A secret whose host no rule reaches is worth a warning`() {
        let agent = Samples.agent {
            $0.secrets = [AgentSecret(name: "K", hosts: ["a.example.com", "b.example.com"])]
            $0.egress = Egress(allow: [EgressRule(host: "*.example.com"), EgressRule(host: "c.example.net")])
        }
        #expect(ResourceValidator().report(on: agent).warnings.isEmpty)
        var narrow = agent
        narrow.spec.egress?.allow = [EgressRule(host: "a.example.com")]
        let report = ResourceValidator().report(on: narrow)
        #expect(report.errors.isEmpty)
        #expect(
            report.warnings.map(\.description) == [
                "spec.secrets[0].hosts[1]: \"b.example.com\": no rule of spec.egress.allow reaches this host"
            ])
    }

    @Test func `An owner can't change`() {
        let old = Resource.agent(Samples.agent(owner: "alice"))
        let new = Resource.agent(Samples.agent(owner: "bob"))
        let same = Resource.agent(Samples.agent(owner: nil))
        #expect(ResourceValidator().reportOnChange(from: old, to: new).errors.map(\.path) == ["spec.owner"])
        #expect(ResourceValidator().reportOnChange(from: old, to: same).errors.isEmpty)
    }

    @Test func `A policy must say something`() {
        let empty = EgressPolicy(metadata: ObjectMeta(name: "p"))
        #expect(
            ResourceValidator().report(on: empty).errors.map(\.description) == [
                "spec: says nothing; give allow, deny or rego"
            ])
        let denying = EgressPolicy(
            metadata: ObjectMeta(name: "p"),
            spec: EgressPolicySpec(deny: [EgressRule(host: "x.example.com")], grants: true))
        #expect(ResourceValidator().report(on: denying).errors.map(\.path) == ["spec.grants"])
    }

    @Test func `Too much of anything is refused`() {
        let rules = (0...ValidationLimits.allowRules).map { EgressRule(host: "h\($0).example.com") }
        #expect(
            errors(Samples.agent { $0.egress = Egress(allow: rules) }) == [
                "spec.egress.allow: 2001 rules; at most 2000 fit"
            ])
        let half = Samples.template(AgentTemplateSpec(egress: Egress(allow: Array(rules.prefix(1_500)))))
        let other = Samples.agent { $0.egress = Egress(allow: Array(rules.prefix(1_500))) }
        #expect(
            errors(other, template: half) == ["spec.egress.allow: 3000 rules with the template's; at most 2000 fit"])
    }

    @Test func `What others wrote can't drive the terminal that shows it`() {
        let agent = Samples.agent("a\u{1b}[31m\u{202e}\nb\"")
        #expect(
            errors(agent) == ["metadata.name: \"a\\u{1b}[31m\\u{202e}\\nb\\\"\": only a-z, 0-9 and `-` can stand in it"]
        )
    }
}
