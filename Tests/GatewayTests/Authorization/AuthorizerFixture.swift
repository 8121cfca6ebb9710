import Foundation
import Gateway
import PalanaCore
import TestSupport

/// One authorizer over fakes, with an agent that may use a token at api.example.com.
struct AuthorizerFixture {
    static let token = "ghp_Rk3v9TqLw2Zx8Yb5Nc7Md1Pf4Hs6Jg0aQeUi"
    static let value = "fake-real-value/with+chars=42"
    static let basicPlaceholder = "palana-PUSH-0123456789abcdefghijKLMNOPQRSTUV"
    static let otherToken = "ghp_OtherOtherOtherOtherOther0123456789a"

    let directory: AgentDirectoryFake
    let policy: PolicyEngineFake
    let secrets = SecretReaderFake()
    let audit = AuditSinkFake()
    let plans = RedactionPlans()
    let rules = RuleBook()
    let authorizer: Authorizer
    let agent: AgentSnapshot

    init(
        default egressDefault: AgentSnapshot.EgressDefault = .deny, allow: [EgressRule]? = nil,
        policies: [PolicyRules] = [], bestEffort: Bool = false,
        answer: PolicyEngineFake.Answer? = nil
    ) {
        agent = AgentSnapshot(
            id: AgentID(rawValue: "agent-alice-demo-0001"), name: "demo", owner: "alice@example.com",
            egressDefault: egressDefault, allow: allow ?? AuthorizerFixture.rules, secrets: AuthorizerFixture.bindings)
        let other = AgentSnapshot(
            id: AgentID(rawValue: "agent-bob-other-0002"), name: "other", owner: "bob@example.com",
            secrets: [
                SecretBinding(name: "THEIRS", mode: .proxy, hosts: ["api.example.com"], placeholder: Self.otherToken)
            ])
        directory = AgentDirectoryFake([agent, other])
        policy = PolicyEngineFake(answer: answer)
        for name in ["TOKEN", "PUSH"] {
            secrets.put(
                Self.value,
                at: SecretReference(owner: "alice@example.com", agent: "demo", name: name, mode: .proxy))
        }
        rules.enforce(policies, revision: "sha256:one")
        authorizer = Authorizer(
            directory: directory, policy: policy, secrets: secrets, audit: audit, rules: rules, plans: plans,
            configuration: AuthorizerConfiguration(auditBestEffort: bestEffort))
    }

    static let rules = [
        EgressRule(host: "api.example.com"),
        EgressRule(host: "*.files.example.com", ports: [443, 8443], methods: ["GET"], paths: ["/public/**"]),
        EgressRule(host: "own-key.example.com", credentials: .any),
        EgressRule(host: "no-cookies.example.com", cookies: .deny),
        EgressRule(host: "plain.example.com", ports: [80, 8080]),
    ]

    static let bindings = [
        SecretBinding(
            name: "TOKEN", mode: .proxy, hosts: ["api.example.com", "plain.example.com"], positions: [.header],
            placeholder: token),
        SecretBinding(
            name: "PUSH", mode: .proxy, hosts: ["api.example.com"], positions: [.basic], placeholder: basicPlaceholder),
    ]

    /// A request as it arrives on the inner hop after TLS.
    func request(
        _ host: String = "api.example.com", method: String = "GET", target: String = "/v1/items",
        headers: [(String, String)] = [], scheme: String = "https", sni: String? = nil, connect: String? = nil
    ) -> EgressRequest {
        let bare = String(host.prefix { $0 != ":" })
        return EgressRequest(
            caller: CallerIdentity(agent: agent.id, hop: .mitm, connectAuthority: connect), method: method,
            scheme: scheme,
            target: target, authority: host, headers: headers.map { HeaderField(name: $0.0, value: $0.1) },
            sni: scheme == "https" ? sni ?? bare : sni)
    }

    func tunnel(_ authority: String) -> EgressRequest {
        EgressRequest(
            caller: CallerIdentity(agent: agent.id, hop: .front), method: "CONNECT", scheme: "http", target: "",
            authority: authority)
    }

    /// The refusal's code, nil when the request was admitted.
    func code(_ request: EgressRequest) async -> RefusalCode? {
        guard case .refused(let refusal) = await authorizer.authorize(request) else { return nil }
        return refusal.code
    }

    func admission(_ request: EgressRequest) async throws -> Admission {
        switch await authorizer.authorize(request) {
        case .admitted(let admission): return admission
        case .refused(let refusal): throw refusal
        }
    }
}

extension Admission {
    func value(of name: String) -> String? { set.first { $0.name == name }?.value.exposed }
}
