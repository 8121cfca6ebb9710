import PalanaCore
import Testing

/// What a platform on Kubernetes takes and refuses.
@Suite struct ClusterValidationTests {
    private static let validator = ResourceValidator(support: .kubernetes)

    private func errors(_ resource: Resource, template: AgentTemplate? = nil) -> [String] {
        Self.validator.report(on: resource, template: template).errors.map(\.description)
    }

    private static func agent(_ change: (inout AgentSpec) -> Void = { _ in }) -> Agent {
        var agent = Samples.agent { spec in
            spec.image = "ghcr.io/example/agent:1"
            change(&spec)
        }
        agent.metadata.namespace = "user-alice-example-com-5d1f0a92c4"
        return agent
    }

    @Test func `The design's agent for a cluster is taken`() {
        let agent = Self.agent {
            $0.workspace = Workspace(size: "10Gi", storageClassName: "fast", reclaim: .retain)
            $0.runtimeClassName = "gvisor"
            $0.egress = Egress(peers: [Peer(agent: "bob@example.com/worker", port: 8_080)])
            $0.ingress = Ingress(peers: [Peer(agent: "alice@example.com/boss", port: 8_080)])
        }
        #expect(errors(.agent(agent)).isEmpty)
    }

    static let refused: [(@Sendable (inout AgentSpec) -> Void, String)] = [
        (
            { $0.image = nil },
            "spec.image: missing, here and in the template; name an image like ghcr.io/example/agent:1"
        ),
        (
            { $0.image = "/srv/root" },
            "spec.image: \"/srv/root\": a folder of one machine; name an image like ghcr.io/example/agent:1"
        ),
        (
            { $0.image = "https://ghcr.io/x" },
            "spec.image: \"https://ghcr.io/x\": leave the scheme out, as in ghcr.io/example/agent:1"
        ),
        ({ $0.ingress = Ingress(port: 8_080) }, "spec.ingress.port: not supported yet"),
        ({ $0.idle = Idle(after: "30m") }, "spec.idle: not supported yet"),
        ({ $0.ttl = "1h" }, "spec.ttl: not supported yet"),
        ({ $0.wake = Wake(schedule: "0 8 * * *") }, "spec.wake: not supported yet"),
        ({ $0.egress = Egress(default: .ask) }, "spec.egress.default: \"ask\": not supported yet"),
        (
            { $0.runtimeClassName = "gVisor" },
            "spec.runtimeClassName: \"gVisor\": only a-z, 0-9 and `-` can stand in it"
        ),
        (
            { $0.egress = Egress(peers: [Peer(agent: "worker", port: 1)]) },
            "spec.egress.peers[0].agent: \"worker\": must be the owner and the agent's name, as alice@example.com/demo"
        ),
        (
            { $0.egress = Egress(peers: [Peer(agent: "bob/worker")]) },
            "spec.egress.peers[0].port: missing; name the TCP port that the peers meet on"
        ),
        (
            { $0.egress = Egress(peers: [Peer(agent: "bob/w", port: 1), Peer(agent: "bob/w", port: 1)]) },
            "spec.egress.peers[1]: \"bob/w\": given twice; keep one of them"
        ),
    ]

    @Test(arguments: refused.indices)
    func `What can't be run there is refused`(index: Int) {
        let (change, expected) = Self.refused[index]
        #expect(errors(.agent(Self.agent(change))) == [expected])
    }

    @Test func `The template may bring the image, also one that is not there yet`() {
        let agent = Self.agent {
            $0.image = nil
            $0.template = "base"
        }
        #expect(errors(.agent(agent)).isEmpty)
        #expect(errors(.agent(agent), template: Samples.template(AgentTemplateSpec())).count == 1)
        #expect(errors(.agent(agent), template: Samples.template(AgentTemplateSpec(image: "agent"))).isEmpty)
    }

    @Test(arguments: [
        "agent", "ghcr.io/example/agent:1", "localhost:5000/a", "localhost/a/b_c",
        "Registry.example.com:443/a.b/c-d@sha256:" + String(repeating: "0a", count: 32), "a:v1.2_3-x",
    ])
    func `Images' names as registries know them are taken`(image: String) {
        #expect(ImageRules.problem(with: image) == nil)
    }

    @Test(arguments: [
        "Agent", "a b", "a:", "a@sha256:00", "a:b:c", "/a", "a//b", "a/", "host:port/a", "host:0/a", "-a", "a:\u{0}",
        "a\n", "ä", "a@sha512:" + String(repeating: "0a", count: 64),
    ])
    func `Other names are refused`(image: String) {
        #expect(ImageRules.problem(with: image) != nil)
    }

    private static func tenant(_ change: (inout TenantSpec) -> Void = { _ in }) -> Tenant {
        var spec = TenantSpec(owner: "alice@example.com")
        change(&spec)
        return Tenant(metadata: ObjectMeta(name: "alice"), spec: spec)
    }

    static let refusedTenants: [(@Sendable (inout TenantSpec) -> Void, String)] = [
        ({ $0.owner = "" }, "spec.owner: \"\": must be a user's name without spaces or control characters"),
        (
            { $0.owner = "system:anonymous" },
            "spec.owner: \"system:anonymous\": is anybody at all; name a user or a group"
        ),
        ({ $0.quota = TenantQuota(agents: -1) }, "spec.quota.agents: -1: must be 0 or more"),
        ({ $0.quota = TenantQuota(cpu: "many") }, "spec.quota.cpu: \"many\": must be cores like 8, 0.5 or 500m"),
        ({ $0.quota = TenantQuota(storage: "1x") }, "spec.quota.storage: \"1x\": must be a size like 512Mi or 2Gi"),
        (
            { $0.allowedTemplates = [] },
            "spec.allowedTemplates: empty, no agent could be made; leave it out for all templates"
        ),
        ({ $0.allowedTemplates = ["a", "a"] }, "spec.allowedTemplates[1]: \"a\": given twice; keep one of them"),
    ]

    @Test(arguments: refusedTenants.indices)
    func `A tenant that makes no sense is refused`(index: Int) {
        let (change, expected) = Self.refusedTenants[index]
        #expect(errors(.tenant(Self.tenant(change))) == [expected])
    }

    @Test(
        arguments: [
            (Workspace(size: "20Gi"), []), (Workspace(size: "10240Mi", storageClassName: ""), []), (nil, []),
            (Workspace(size: "5Gi"), ["spec.workspace.size"]),
            (Workspace(storageClassName: "fast"), ["spec.workspace.storageClassName"]),
        ] as [(Workspace?, [String])])
    func `What a claim can't follow is refused`(new: Workspace?, paths: [String]) {
        let old = Resource.agent(Self.agent { $0.workspace = Workspace(size: "10Gi") })
        let changed = Resource.agent(Self.agent { $0.workspace = new })
        #expect(Self.validator.reportOnChange(from: old, to: changed).errors.map(\.path) == paths)
        #expect(ResourceValidator().reportOnChange(from: old, to: changed).errors.isEmpty)
    }

    @Test func `A tenant's owner can't change, nor what kind it is`() {
        let old = Resource.tenant(Self.tenant())
        let same = Resource.tenant(Self.tenant { $0.ownerKind = .user })
        let other = Resource.tenant(
            Self.tenant {
                $0.owner = "bob"
                $0.ownerKind = .group
            })
        #expect(Self.validator.reportOnChange(from: old, to: same).errors.isEmpty)
        #expect(
            Self.validator.reportOnChange(from: old, to: other).errors.map(\.path) == ["spec.owner", "spec.ownerKind"])
    }

    @Test func `Look-alikes and members of other groups own nothing`() {
        let user = TenantSpec(owner: "alice")
        #expect(user.isOwned(byUser: "alice", groups: []))
        #expect(!user.isOwned(byUser: "аlice", groups: ["alice"]))
        let group = TenantSpec(owner: "devs", ownerKind: .group)
        #expect(group.isOwned(byUser: "bob", groups: ["ops", "devs"]))
        #expect(!group.isOwned(byUser: "devs", groups: ["ops"]))
        // The same letter in two Unicode forms, which Swift's == takes for equal.
        #expect(!TenantSpec(owner: "\u{e9}").isOwned(byUser: "e\u{301}", groups: []))
    }

    @Test func `One machine refuses both kinds with one sentence`() {
        let kill = KillSwitch(
            metadata: ObjectMeta(name: "k"), spec: KillSwitchSpec(target: KillTarget(all: true), reason: "test"))
        let onOneMachine = ResourceValidator(support: .singleMachine)
        #expect(onOneMachine.report(on: .killSwitch(kill)).errors.isEmpty)
        #expect(
            onOneMachine.report(on: .tenant(Self.tenant())).errors.map(\.description) == [
                "kind: \"Tenant\": not supported on one machine, where every agent is the local user's"
            ])
    }

    @Test func `A number is as good as text where a quantity stands`() throws {
        #expect(try Decoding.limits(#"{"cpu":2,"memory":1048576}"#) == .init(cpu: "2", memory: "1048576"))
        #expect(try Decoding.limits(#"{"cpu":"2","memory":null}"#) == .init(cpu: "2"))
        #expect(throws: DecodingError.self) { try Decoding.limits(#"{"cpu":true}"#) }
    }
}
