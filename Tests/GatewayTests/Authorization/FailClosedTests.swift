import Gateway
import PalanaCore
import TestSupport
import Testing

@Suite("Any fault refuses")
struct FailClosedTests {
    private static let bearer = [("authorization", "Bearer \(AuthorizerFixture.token)")]

    /// What an engine may get wrong.
    enum Fault: CaseIterable {
        case silent, otherRevision, deniesAndAllows, allowsAndDenies, unknownRule, wrongDefault

        func decide(_ input: PolicyInput) throws(PolicyFailure) -> PolicyDecision {
            var decision = PolicyEngineFake.decide(input)
            switch self {
            case .silent: throw PolicyFailure("time-out")
            case .otherRevision: decision.policyRevision = "sha256:two"
            case .deniesAndAllows: decision.action = .deny
            case .allowsAndDenies: decision.allow = false
            case .unknownRule: decision.rule = "spec.egress.allow[77]"
            case .wrongDefault: decision.rule = "default"
            }
            return decision
        }
    }

    @Test(
        "No decision, another revision, a contradiction and an unknown rule are all policy_unavailable",
        arguments: Fault.allCases)
    func policy(_ fault: Fault) async {
        let fixture = AuthorizerFixture(answer: { (input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision in
            try fault.decide(input)
        })
        #expect(await fixture.code(fixture.request(headers: Self.bearer)) == .policyUnavailable)
        #expect(fixture.secrets.reads.isEmpty)
    }

    @Test("An engine that forgets about foreign credentials or placeholders is overruled")
    func overruled() async {
        let lax: PolicyEngineFake.Answer = { input in
            PolicyDecision(
                allow: true, action: .allow, rule: input.rules.allow.first?.name ?? "default", reason: "lax",
                policyRevision: input.policyRevision)
        }
        let fixture = AuthorizerFixture(answer: lax)
        #expect(await fixture.code(fixture.request(headers: [("x-api-key", "own")])) == .foreignCredential)
        #expect(await fixture.code(fixture.request(headers: Self.bearer)) == .placeholderNotAllowedHere)
    }

    @Test(
        "A secret that can't be had refuses",
        arguments: [
            (SecretFailure.missing("gone"), RefusalCode.secretUnavailable), (.forbidden("403"), .secretUnavailable),
            (.unavailable("sealed"), .vaultUnavailable),
        ])
    func secrets(_ failure: SecretFailure, _ code: RefusalCode) async {
        let fixture = AuthorizerFixture()
        fixture.secrets.fail(with: failure)
        #expect(await fixture.code(fixture.request(headers: Self.bearer)) == code)
        #expect(fixture.plans.count == 0)
    }

    @Test(
        "A value that would break a header or can't be found again is never sent",
        arguments: ["short", "line\r\nX-Evil: 1"])
    func unfit(_ value: String) async {
        let fixture = AuthorizerFixture()
        fixture.secrets.put(
            value, at: SecretReference(owner: "alice@example.com", agent: "demo", name: "TOKEN", mode: .proxy))
        #expect(await fixture.code(fixture.request(headers: Self.bearer)) == .secretUnavailable)
    }

    @Test("Without an audit record nothing goes out, unless best effort was asked for; a refusal stays what it was")
    func audit() async {
        let fixture = AuthorizerFixture()
        fixture.audit.fail(with: AuditFailure("disk full"))
        #expect(await fixture.code(fixture.request(headers: Self.bearer)) == .auditUnavailable)
        #expect(fixture.plans.count == 0)
        #expect(await fixture.code(fixture.tunnel("api.example.com:443")) == .auditUnavailable)
        #expect(await fixture.code(fixture.request("evil.example.com")) == .deniedByPolicy)
        let lax = AuthorizerFixture(bestEffort: true)
        lax.audit.fail(with: AuditFailure("disk full"))
        #expect(await lax.code(lax.request()) == nil)
    }

    @Test("Nothing of a secret is in the audit trail or a refusal")
    func silence() async {
        let fixture = AuthorizerFixture()
        _ = await fixture.authorizer.authorize(
            fixture.request(target: "/v1?password=hunter2", headers: Self.bearer + [("x-note", "private words")]))
        _ = await fixture.authorizer.authorize(fixture.request(headers: Self.bearer))
        let trail = String(reflecting: fixture.audit.events)
        for word in [AuthorizerFixture.value, AuthorizerFixture.token, "hunter2", "private words"] {
            #expect(!trail.contains(word))
        }
        #expect(fixture.audit.events.count == 2)
    }
}
