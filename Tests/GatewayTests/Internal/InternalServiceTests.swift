import Foundation
import Gateway
import PalanaCore
import Synchronization
import TestSupport
import Testing

@Suite("palana.internal")
struct InternalServiceTests {
    private let fixture = AuthorizerFixture()
    private let secrets = SecretReaderFake([
        SecretReference(owner: "alice@example.com", agent: "demo", name: "NOTE", mode: .agent): "fake-readable-value"
    ])

    private var service: InternalService {
        var agent = fixture.agent
        agent.secrets.append(SecretBinding(name: "NOTE", mode: .agent))
        fixture.directory.put(agent)
        return InternalService(
            directory: fixture.directory, secrets: secrets, audit: fixture.audit,
            explainer: Explainer(authorizer: fixture.authorizer))
    }

    private func ask(
        _ target: String, method: String = "GET", as agent: String? = "agent-alice-demo-0001",
        headers: [(String, String)] = []
    ) async -> (status: Int, body: String) {
        let named = agent.map { [("x-palana-agent", $0)] } ?? []
        let answer = await service.answer(
            InternalCall(
                method: method, target: target, headers: (named + headers).map { HeaderField(name: $0.0, value: $0.1) })
        )
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    @Test("An agent reads its own agent-mode secret, and that is on record before")
    func secret() async {
        let answer = await ask("/v1/secrets/NOTE", headers: [("palana-request", "1")])
        #expect(answer.status == 200)
        #expect(answer.body == "fake-readable-value")
        #expect(fixture.audit.events.map(\.secrets) == [["NOTE@agent"]])
        #expect(fixture.audit.events.first?.kind == .secret)
    }

    @Test(
        "Without the header, from a page, of the other kind, unknown or as somebody else it is refused",
        arguments: [
            ("/v1/secrets/NOTE", "agent-alice-demo-0001" as String?, [] as [(String, String)], 403),
            ("/v1/secrets/NOTE", "agent-alice-demo-0001", [("palana-request", "0")], 403),
            ("/v1/secrets/NOTE", "agent-alice-demo-0001", [("palana-request", "1"), ("origin", "https://evil")], 403),
            ("/v1/secrets/TOKEN", "agent-alice-demo-0001", [("palana-request", "1")], 403),
            ("/v1/secrets/NONE", "agent-alice-demo-0001", [("palana-request", "1")], 503),
            ("/v1/secrets/NOTE", "agent-bob-other-0002", [("palana-request", "1")], 503),
            ("/v1/secrets/NOTE", nil, [("palana-request", "1")], 403),
            ("/v1/secrets/NOTE", "agent-nobody", [("palana-request", "1")], 403),
            (
                "/v1/secrets/NOTE", "agent-alice-demo-0001",
                [("x-palana-agent", "agent-bob-other-0002"), ("palana-request", "1")], 403
            ),
            ("/v1/secrets/../secrets/NOTE", "agent-alice-demo-0001", [("palana-request", "1")], 503),
            ("/v1/nothing", "agent-alice-demo-0001", [], 404),
        ])
    func refused(_ target: String, _ agent: String?, _ headers: [(String, String)], _ status: Int) async {
        let answer = await ask(target, as: agent, headers: headers)
        #expect(answer.status == status)
        #expect(answer.body.hasPrefix("{\"error\":{"))
        #expect(!answer.body.contains("fake-readable-value"))
        #expect(secrets.reads.isEmpty)
    }

    @Test("A killed agent reads nothing; without an audit record no value goes out")
    func faults() async {
        _ = service
        fixture.audit.fail(with: AuditFailure("disk full"))
        #expect(await ask("/v1/secrets/NOTE", headers: [("palana-request", "1")]).status == 503)
        var killed = fixture.agent
        killed.standing = .killed
        let directory = AgentDirectoryFake([killed])
        let service = InternalService(
            directory: directory, secrets: secrets, audit: fixture.audit,
            explainer: Explainer(authorizer: fixture.authorizer))
        let answer = await service.answer(
            InternalCall(
                method: "GET", target: "/v1/whoami",
                headers: [HeaderField(name: "x-palana-agent", value: killed.id.rawValue)]))
        #expect(answer.status == 403)
    }

    @Test("whoami tells placeholders and rules, explain what would be decided, healthz that it is there")
    func others() async throws {
        let who = await ask("/v1/whoami")
        #expect(who.status == 200)
        #expect(who.body.contains(AuthorizerFixture.token))
        #expect(!who.body.contains(AuthorizerFixture.value))
        let explained = await ask("/v1/explain?method=GET&url=https%3A%2F%2Fevil.example.com%2Fx")
        let explanation = try JSONDecoder().decode(PolicyExplanation.self, from: Data(explained.body.utf8))
        #expect(explanation.action == .deny)
        #expect(explanation.code == .deniedByPolicy)
        #expect(!explanation.remedies.isEmpty)
        #expect(await ask("/v1/explain").status == 400)
        #expect(await ask("/v1/explain?url=nonsense").status == 400)
        #expect(await ask("/healthz", as: nil).body == "ok\n")
        #expect(await ask("/v1/whoami", method: "POST").status == 400)
        #expect(fixture.audit.events.isEmpty)
        #expect(fixture.secrets.reads.isEmpty)
    }

    @Test(
        "An agent that asks for explanations too often is told so, once on record, and the other agents aren't held up")
    func explainedTooOften() async throws {
        let clock = Mutex(ContinuousClock.now)
        let other = AgentID(rawValue: "agent-bob-other-0002")
        let service = InternalService(
            directory: fixture.directory, secrets: secrets, audit: fixture.audit,
            explainer: Explainer(authorizer: fixture.authorizer), instant: { clock.withLock { $0 } })
        func explain(as agent: AgentID) async -> InternalAnswer {
            await service.answer(
                InternalCall(
                    method: "GET", target: "/v1/explain?url=https%3A%2F%2Fevil.example.com%2F",
                    headers: [HeaderField(name: "x-palana-agent", value: agent.rawValue)]))
        }
        for _ in 0..<10 { #expect(await explain(as: fixture.agent.id).status == 200) }
        #expect(fixture.audit.events.isEmpty)
        for _ in 0..<50 {
            let answer = await explain(as: fixture.agent.id)
            #expect(answer.status == 429)
            let body = try JSONDecoder().decode(RefusalBody.self, from: answer.body)
            #expect(body.error.code == .tooManyRequests)
        }
        #expect(fixture.audit.events.map(\.code) == [.tooManyRequests])
        #expect(fixture.audit.events.first?.agent == fixture.agent.id)
        #expect(await explain(as: other).status == 200)
        clock.withLock { $0 += .seconds(1) }
        #expect(await explain(as: fixture.agent.id).status == 200)
        #expect(await explain(as: fixture.agent.id).status == 429)
        #expect(fixture.audit.events.count == 1)
        clock.withLock { $0 += .seconds(61) }
        for _ in 0..<11 { _ = await explain(as: fixture.agent.id) }
        #expect(fixture.audit.events.count == 2)
    }

    @Test(
        "Explaining an allowed request names the rule",
        arguments: [
            ("https://api.example.com/v1", PolicyDecision.Action.allow, "spec.egress.allow[0]"),
            ("https://api.example.com:8443/v1", .deny, "default"),
            ("https://a.files.example.com/public/x", .allow, "spec.egress.allow[1]"),
            ("http://2130706433/", .deny, "platform"), ("https://api.example.com/a/../b", .deny, "platform"),
        ])
    func explained(_ url: String, _ action: PolicyDecision.Action, _ rule: String) async throws {
        let explanation = try await Explainer(authorizer: fixture.authorizer)
            .explain(agent: fixture.agent.id, method: "GET", url: url)
        #expect(explanation.action == action)
        #expect(explanation.rule == rule)
    }
}
