import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("An agent at admission")
struct AgentAdmissionTests {
    private static let bob = UserInfo(username: "bob@example.com", groups: ["devs"])

    private func validate(
        _ agent: Agent, old: Agent? = nil, by user: UserInfo = UserInfo(username: WebhookSamples.owner),
        in directory: DirectoryFake = WebhookSamples.directory(), reviewer: ReviewerFake = ReviewerFake()
    ) async throws -> AdmissionVerdict {
        do {
            return try await AgentValidation(directory: directory, reviewer: reviewer)
                .review(try WebhookSamples.request(agent, old: old, by: user))
        } catch let denial as AdmissionDenial {
            return .denied(denial)
        }
    }

    private func owner(
        of agent: Agent, old: Agent? = nil, by user: UserInfo, in directory: DirectoryFake
    ) async throws -> String? {
        let request = try WebhookSamples.request(agent, old: old, by: user)
        let patch = try await AgentMutation(directory: directory).review(request).patch
        return request.object?.applying(patch)["spec"]?["owner"]?.text
    }

    @Test("belongs to who makes it, or to the group whose namespace it is made in")
    func owners() async throws {
        let directory = WebhookSamples.directory()
        let group = Tenant(metadata: ObjectMeta(name: "devs"), spec: TenantSpec(owner: "devs", ownerKind: .group))
        directory.change { $0.tenants.append(group) }
        let unsaid = WebhookSamples.agent { $0.spec.owner = nil }
        #expect(try await owner(of: unsaid, by: Self.bob, in: directory) == "bob@example.com")
        var shared = unsaid
        shared.metadata.namespace = group.namespace
        #expect(try await owner(of: shared, by: Self.bob, in: directory) == "devs")
        // Whoever isn't a member is who they are, and is refused for it.
        let mallory = UserInfo(username: "mallory", groups: ["devs2"])
        #expect(try await owner(of: shared, by: mallory, in: directory) == "mallory")
        // What is said stays, for the validation to judge; a change that doesn't say it leaves it.
        #expect(try await owner(of: WebhookSamples.agent(), by: Self.bob, in: directory) == WebhookSamples.owner)
        #expect(
            try await owner(of: unsaid, old: WebhookSamples.agent(), by: Self.bob, in: directory)
                == WebhookSamples.owner)
    }

    @Test("of the requester in their own namespace passes")
    func own() async throws {
        #expect(try await validate(WebhookSamples.agent()) == .allowed())
        let group = Tenant(metadata: ObjectMeta(name: "devs"), spec: TenantSpec(owner: "devs", ownerKind: .group))
        let directory = WebhookSamples.directory()
        directory.change { $0.tenants.append(group) }
        let shared = WebhookSamples.agent {
            $0.metadata.namespace = group.namespace
            $0.spec.owner = "devs"
        }
        #expect(try await validate(shared, by: Self.bob, in: directory) == .allowed())
        #expect(try await validate(shared, by: UserInfo(username: "devs"), in: directory).refusal != nil)
    }

    @Test("of another's is refused, unless the requester may act as that tenant")
    func acting() async throws {
        let agent = WebhookSamples.agent()
        #expect(
            try await validate(agent, by: Self.bob).refusal
                == "spec.owner: \"alice@example.com\": you are \"bob@example.com\"; acting for others takes the verb act-as "
                + "on tenants.palana.dev \"alice\"")
        let portal = ReviewerFake(allowed: ["bob@example.com": "alice"])
        #expect(try await validate(agent, by: Self.bob, reviewer: portal) == .allowed())
        let other = ReviewerFake(allowed: ["bob@example.com": "carol"])
        #expect(try await validate(agent, by: Self.bob, reviewer: other).refusal != nil)
        let down = ReviewerFake(allowed: ["bob@example.com": "alice"], isDown: true)
        #expect(
            try await validate(agent, by: Self.bob, reviewer: down).refusal
                == "whether you may act for this tenant can't be found out now; try again")
    }

    @Test("with a forged owner is refused in every namespace")
    func forged() async throws {
        let agent = WebhookSamples.agent { $0.spec.owner = "bob@example.com" }
        #expect(
            try await validate(agent, by: Self.bob).refusal
                == "spec.owner: \"bob@example.com\": agents in \(WebhookSamples.home) belong to \"alice@example.com\"; leave it "
                + "out")
        let elsewhere = WebhookSamples.agent { $0.metadata.namespace = "default" }
        #expect(
            try await validate(elsewhere).refusal
                == "metadata.namespace: \"default\": no tenant's namespace; use \(WebhookSamples.home)")
        let stranger = WebhookSamples.agent {
            $0.metadata.namespace = "default"
            $0.spec.owner = "bob@example.com"
        }
        #expect(
            try await validate(stranger, by: Self.bob).refusal
                == "metadata.namespace: \"default\": no tenant's namespace; there is no Tenant for \"bob@example.com\"; an "
                + "administrator makes it")
        // Looks the same, is another: the Cyrillic а.
        let lookalike = WebhookSamples.agent { $0.spec.owner = "аlice@example.com" }
        #expect(try await validate(lookalike).refusal?.hasPrefix("spec.owner: ") == true)
    }

    @Test("can't change hands, and an unchanged spec passes whatever the rules say by now")
    func changes() async throws {
        let old = WebhookSamples.agent()
        let taken = WebhookSamples.agent { $0.spec.owner = "bob@example.com" }
        #expect(
            try await validate(taken, old: old, by: Self.bob).refusal
                == "spec.owner: \"bob@example.com\": the owner can't change (it is \"alice@example.com\"); delete the agent and "
                + "create it anew")
        let invalid = WebhookSamples.agent { $0.spec.ttl = "1h" }
        let released = WebhookSamples.agent {
            $0.spec.ttl = "1h"
            $0.metadata.finalizers = []
        }
        #expect(try await validate(released, old: invalid, by: UserInfo(username: "operator")) == .allowed())
        // Who may change an agent is RBAC's question: the owner stays the same.
        let changed = WebhookSamples.agent { $0.spec.suspended = true }
        #expect(try await validate(changed, old: old, by: Self.bob) == .allowed())
    }

    @Test("is paused, and let go on, by those alone who may act for its tenant: what is paused isn't cleared away")
    func pausing() async throws {
        let old = WebhookSamples.agent()
        let paused = WebhookSamples.agent { $0.metadata.annotations = ["palana.dev/paused": "true"] }
        var ending = paused
        ending.metadata.deletionTimestamp = OperatorSamples.now
        for (new, before) in [(paused, nil), (paused, old), (ending, old), (old, paused)] as [(Agent, Agent?)] {
            let refusal = try await validate(new, old: before).refusal
            #expect(refusal?.hasPrefix("metadata.annotations.palana.dev/paused: only those who may act") == true)
        }
        let admin = UserInfo(username: "root")
        let reviewer = ReviewerFake(allowed: ["root": "alice"])
        #expect(try await validate(ending, old: old, by: admin, reviewer: reviewer) == .allowed())
        // What is paused already can still be looked after.
        #expect(try await validate(ending, old: paused) == .allowed())
    }

    @Test("counts with what its tenant's agents have that are going, or kept when they went")
    func remains() async throws {
        let directory = WebhookSamples.directory(
            WebhookSamples.agent { $0.metadata.deletionTimestamp = OperatorSamples.now })
        directory.change {
            $0.tenants[0].spec.quota = TenantQuota(agents: 1, storage: "35Gi")
            $0.retained = ["old": "20Gi", "new": "100Gi"]
        }
        let refusal = try await validate(WebhookSamples.agent("new"), in: directory).refusal ?? ""
        #expect(refusal.contains("the tenant alice has 1 agents; its quota is 1"))
        #expect(refusal.contains("spec.workspace.size: \"10Gi\": the tenant alice has 30720Mi of 35Gi in use"))
    }

    static let wrong: [(@Sendable (inout Agent) -> Void, String)] = [
        (
            { $0.spec.egress = Egress(allow: [EgressRule(host: "*.*.com")]) },
            "spec.egress.allow[0].host: \"*.*.com\": one leading wildcard only"
        ),
        ({ $0.spec.image = "/root" }, "spec.image: \"/root\": a folder of one machine; name an image like "),
        ({ $0.spec.idle = Idle(after: "1m") }, "spec.idle: not supported yet"),
        (
            { $0.spec.env = [.init(name: "HTTPS_PROXY", value: "x")] },
            "spec.env[0].name: \"HTTPS_PROXY\": set by the platform itself"
        ),
    ]

    @Test("that is wrong is refused with field and reason", arguments: wrong.indices)
    func invalid(index: Int) async throws {
        let (change, problem) = Self.wrong[index]
        #expect(try await validate(WebhookSamples.agent("new", change)).refusal?.hasPrefix(problem) == true)
    }

    @Test("whose template isn't there yet passes with a warning")
    func template() async throws {
        let verdict = try await validate(WebhookSamples.agent { $0.spec.template = "base" })
        #expect(
            verdict.warnings == ["spec.template: \"base\": there is no such AgentTemplate yet; the agent waits for it"])
    }

    @Test("is not decided about before the cluster is known")
    func notSynced() async throws {
        let directory = WebhookSamples.directory()
        directory.change { $0.isSynced = false }
        #expect(try await validate(WebhookSamples.agent(), in: directory).refusal?.hasSuffix("try again") == true)
    }

    static let limits: [(TenantSpec, @Sendable (inout Agent) -> Void, String?)] = [
        (
            .init(owner: WebhookSamples.owner, allowedTemplates: ["base", "web"]), { _ in },
            "spec.template: missing; the tenant alice allows base, web"
        ),
        (
            .init(owner: WebhookSamples.owner, allowedTemplates: ["base"]), { $0.spec.template = "web" },
            "spec.template: \"web\": the tenant alice allows base"
        ),
        (.init(owner: WebhookSamples.owner, allowedTemplates: ["base"]), { $0.spec.template = "base" }, nil),
        (
            .init(owner: WebhookSamples.owner, quota: .init(agents: 1)), { _ in },
            "metadata.name: \"new\": the tenant alice has 1 agents; its quota is 1"
        ),
        (.init(owner: WebhookSamples.owner, quota: .init(agents: 2)), { _ in }, nil),
        (
            .init(owner: WebhookSamples.owner, quota: .init(cpu: "3")),
            { $0.spec.resources = Resources(limits: .init(cpu: "2500m")) },
            "spec.resources.limits.cpu: \"2500m\": the tenant alice has 1000m of 3 in use; ask for less"
        ),
        (
            .init(owner: WebhookSamples.owner, quota: .init(memory: "3Gi")), { _ in },
            "spec.resources.limits.memory: \"2Gi\": the tenant alice has 2048Mi of 3Gi in use; ask for less"
        ),
        (
            .init(owner: WebhookSamples.owner, quota: .init(storage: "15Gi")), { _ in },
            "spec.workspace.size: \"10Gi\": the tenant alice has 10240Mi of 15Gi in use; ask for less"
        ),
        (
            .init(owner: WebhookSamples.owner, quota: .init(storage: "15Gi")),
            { $0.spec.workspace = Workspace(size: "5Gi") }, nil
        ),
    ]

    @Test("beyond what its tenant may have is refused with the field", arguments: limits.indices)
    func tenantLimits(index: Int) async throws {
        let (spec, change, expected) = Self.limits[index]
        let directory = WebhookSamples.directory()
        directory.change { $0.tenants = [Tenant(metadata: ObjectMeta(name: "alice"), spec: spec)] }
        #expect(try await validate(WebhookSamples.agent("new", change), in: directory).refusal == expected)
    }

    @Test("may get smaller, also above a quota that was made smaller since")
    func shrinking() async throws {
        let old = WebhookSamples.agent { $0.spec.resources = Resources(limits: .init(cpu: "8")) }
        let directory = WebhookSamples.directory(old)
        directory.change { $0.tenants[0].spec.quota = TenantQuota(agents: 0, cpu: "2") }
        let smaller = WebhookSamples.agent { $0.spec.resources = Resources(limits: .init(cpu: "4")) }
        #expect(try await validate(smaller, old: old, in: directory) == .allowed())
        let larger = WebhookSamples.agent { $0.spec.resources = Resources(limits: .init(cpu: "9")) }
        #expect(try await validate(larger, old: old, in: directory).refusal?.hasPrefix("spec.resources") == true)
    }
}
