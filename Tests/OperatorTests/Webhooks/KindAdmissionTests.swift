import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("Policies, templates, kill switches and tenants at admission")
struct KindAdmissionTests {
    private static let platform = "palana-system"

    private func policy(_ change: (inout EgressPolicySpec) -> Void) -> EgressPolicy {
        var spec = EgressPolicySpec()
        change(&spec)
        return EgressPolicy(metadata: ObjectMeta(name: "p"), spec: spec)
    }

    @Test("a policy whose module doesn't compile is refused with the compiler's words; rules alone need no compiler")
    func modules() async throws {
        let module = try WebhookSamples.request(policy { $0.rego = "deny contains x" })
        let wrong = PolicyValidation(compiler: CompilerFake(problem: "line 1: var x is unsafe"))
        #expect(try await wrong.review(module).refusal == "spec.rego: line 1: var x is unsafe")
        #expect(try await PolicyValidation(compiler: CompilerFake()).review(module) == .allowed())
        let down = PolicyValidation(compiler: CompilerFake(isDown: true))
        await #expect(throws: AdmissionDenial.self) { try await down.review(module) }
        let rules = try WebhookSamples.request(policy { $0.deny = [EgressRule(host: "a.example.com")] })
        #expect(try await down.review(rules) == .allowed())
        let empty = try WebhookSamples.request(policy { _ in })
        #expect(try await down.review(empty).refusal == "spec: says nothing; give allow, deny or rego")
    }

    @Test("a policy or kill switch that goes by labels alone says whose labels are")
    func labels() async throws {
        let validation = PolicyValidation(compiler: CompilerFake())
        for (owners, warnings) in [(nil, 1), (["alice"], 0)] as [([String]?, Int)] {
            let policy = policy {
                $0.allow = [EgressRule(host: "a.example.com")]
                $0.agentSelector = AgentSelector(labels: ["team": "red"], owners: owners)
            }
            #expect(try await validation.review(try WebhookSamples.request(policy)).warnings.count == warnings)
        }
        let target = KillTarget(selector: .init(labels: ["team": "red"]))
        #expect(try await review(kill(target, in: Self.platform)).warnings.count == 1)
        #expect(try await review(kill(target, in: WebhookSamples.home)) == .allowed())
    }

    @Test("a policy that doesn't change is not compiled again")
    func unchanged() async throws {
        let down = PolicyValidation(compiler: CompilerFake(isDown: true))
        let same = policy { $0.rego = "x" }
        #expect(try await down.review(try WebhookSamples.request(same, old: same)) == .allowed())
    }

    @Test("a template is held to the rules of an agent's fields")
    func templates() async throws {
        let template = AgentTemplate(metadata: ObjectMeta(name: "base"), spec: AgentTemplateSpec(image: "/srv"))
        let verdict = try await TemplateValidation().review(try WebhookSamples.request(template))
        #expect(verdict.refusal?.hasPrefix("spec.image: \"/srv\": a folder of one machine") == true)
    }

    private func kill(_ target: KillTarget, in namespace: String, level: KillSwitchSpec.Level? = nil) -> KillSwitch {
        KillSwitch(
            metadata: ObjectMeta(name: "k", namespace: namespace),
            spec: KillSwitchSpec(target: target, level: level, reason: "test"))
    }

    private func review(_ kill: KillSwitch) async throws -> AdmissionVerdict {
        try await KillSwitchValidation(directory: WebhookSamples.directory(), platformNamespace: Self.platform)
            .review(try WebhookSamples.request(kill))
    }

    @Test("a kill switch that reaches nobody is refused or warned about, and one that gets weaker is refused")
    func killSwitches() async throws {
        #expect(try await review(kill(KillTarget(agent: "demo"), in: WebhookSamples.home)) == .allowed())
        #expect(try await review(kill(KillTarget(all: true), in: Self.platform)) == .allowed())
        #expect(
            try await review(kill(KillTarget(agent: "demo"), in: Self.platform)).refusal
                == "spec.target.agent: \"demo\": whose? In the platform's namespace name the owner, too: owner/demo")
        for level in KillSwitchSpec.Level.allCases {
            #expect(try await review(kill(KillTarget(all: true), in: WebhookSamples.home, level: level)) == .allowed())
        }
        let raised = kill(KillTarget(all: true), in: WebhookSamples.home, level: .suspend)
        let weak = kill(KillTarget(all: true), in: WebhookSamples.home)
        let validation = KillSwitchValidation(
            directory: WebhookSamples.directory(), platformNamespace: Self.platform)
        #expect(try await validation.review(try WebhookSamples.request(raised, old: weak)) == .allowed())
        #expect(
            try await validation.review(try WebhookSamples.request(weak, old: raised)).refusal
                == "spec.level: \"network\": can only be raised (it is suspend); delete the switch to release its agents"
        )
        #expect(
            try await review(kill(KillTarget(all: true), in: "default")).warnings == [
                "metadata.namespace: \"default\": no tenant's namespace: the switch reaches nobody here"
            ])
        #expect(try await review(kill(KillTarget(owner: "bob"), in: WebhookSamples.home)).warnings.count == 1)
    }

    @Test("an owner has one tenant, and keeps it")
    func tenants() async throws {
        let validation = TenantValidation(directory: WebhookSamples.directory())
        let second = Tenant(
            metadata: ObjectMeta(name: "second"), spec: TenantSpec(owner: WebhookSamples.owner, ownerKind: .group))
        #expect(
            try await validation.review(try WebhookSamples.request(second)).refusal
                == "spec.owner: \"alice@example.com\": has the Tenant alice already; change that one")
        var moved = WebhookSamples.tenant
        moved.spec.owner = "bob"
        #expect(
            try await validation.review(try WebhookSamples.request(moved, old: WebhookSamples.tenant)).refusal
                == "spec.owner: \"bob\": the owner can't change (it is \"alice@example.com\"); delete the tenant and create "
                + "another one")
        let other = Tenant(metadata: ObjectMeta(name: "bob"), spec: TenantSpec(owner: "bob"))
        #expect(try await validation.review(try WebhookSamples.request(other)) == .allowed())
    }
}
