import Gateway
import PalanaCore
import TestSupport
import Testing

@Suite("Who asks")
struct IdentityTests {
    @Test("A connection without an agent, with an unknown one or without a hop is refused")
    func nobody() async {
        let fixture = AuthorizerFixture()
        for caller in [
            CallerIdentity(agent: nil, hop: .mitm),
            CallerIdentity(agent: AgentID(rawValue: "agent-nobody"), hop: .mitm),
            CallerIdentity(agent: fixture.agent.id, hop: nil),
        ] {
            var request = fixture.request()
            request.caller = caller
            #expect(await fixture.code(request) == .unknownAgent)
        }
        #expect(fixture.policy.inputs.isEmpty)
    }

    @Test(
        "A killed or suspended agent gets nothing, not even a tunnel or palana.internal",
        arguments: [(AgentSnapshot.Standing.killed, RefusalCode.killed), (.suspended, .suspended)])
    func standing(_ standing: AgentSnapshot.Standing, _ code: RefusalCode) async {
        let fixture = AuthorizerFixture()
        var agent = fixture.agent
        agent.standing = standing
        fixture.directory.put(agent)
        #expect(await fixture.code(fixture.request()) == code)
        #expect(await fixture.code(fixture.tunnel("api.example.com:443")) == code)
        #expect(await fixture.code(fixture.request("palana.internal")) == code)
    }

    @Test("A kill while the policy is being asked still stops the request")
    func killedMeanwhile() async {
        let fixture = AuthorizerFixture()
        let directory = fixture.directory
        var killed = fixture.agent
        killed.standing = .killed
        let late = AuthorizerFixture(answer: { [killed] input in
            directory.put(killed)
            return PolicyEngineFake.decide(input)
        })
        let authorizer = Authorizer(
            directory: directory, policy: late.policy, secrets: late.secrets, audit: late.audit, rules: late.rules,
            plans: late.plans)
        guard case .refused(let refusal) = await authorizer.authorize(fixture.request()) else {
            Issue.record("admitted")
            return
        }
        #expect(refusal.code == .killed)
        #expect(late.plans.count == 0)
    }

    @Test("Headers that claim an identity change nothing and don't go on")
    func forged() async throws {
        let fixture = AuthorizerFixture()
        let forged = [
            ("x-agent-id", "agent-bob-other-0002"), ("x-palana-agent", "agent-bob-other-0002"), ("x-egress-body", "0"),
            ("x-envoy-original-path", "/"), ("x-forwarded-for", "1.2.3.4"), ("palana-request", "1"),
            ("proxy-connection", "keep-alive"),
        ]
        let admission = try await fixture.admission(fixture.request(headers: forged))
        #expect(Set(admission.removed).isSuperset(of: forged.map(\.0)))
        #expect(fixture.audit.events.last?.agent == fixture.agent.id)
    }
}
