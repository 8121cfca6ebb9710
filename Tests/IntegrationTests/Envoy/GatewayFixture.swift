import Foundation
import GRPCCore
import PalanaCore
import ServiceSupport
import TestSupport
import Testing

@testable import Gateway

/// The gateway's own authorizer, redaction and access log behind the real Envoy. `agent-1` has a secret bound to
/// api.up.test; `agent-2` has another one.
final class GatewayFixture: Sendable {
    static let token = "ghp_Rk3v9TqLw2Zx8Yb5Nc7Md1Pf4Hs6Jg0aQeUi"
    static let otherToken = "ghp_OtherOtherOtherOtherOther0123456789a"
    static let value = "fake-real-value/with+chars=42"

    let audit = AuditSinkFake()
    let plans = RedactionPlans()
    private let policy: PolicyEngineFake
    private let secrets: SecretReaderFake
    private let processing: Processing?

    /// Makes what stands in the redaction service's place.
    typealias Processing = @Sendable (RedactionPlans) -> CallMethod

    /// - Parameter value: of the secret of `agent-1`.
    init(value: String = value, policy: PolicyEngineFake = PolicyEngineFake(), processing: Processing? = nil) {
        self.policy = policy
        self.processing = processing
        let owner = "test@example.com"
        secrets = SecretReaderFake([
            SecretReference(owner: owner, agent: "agent-1", name: "TOKEN", mode: .proxy): value,
            SecretReference(owner: owner, agent: "agent-2", name: "OTHER", mode: .proxy): "fake-other-value-1",
        ])
    }

    func check(_ directory: FakeDirectory) -> CallMethod {
        let rules = RuleBook()
        rules.enforce([], revision: "sha256:one")
        let authorizer = Authorizer(
            directory: directory, policy: policy, secrets: secrets, audit: audit, rules: rules, plans: plans)
        return .unary(ExternalAuthorizationCalls(authorizer: authorizer).check)
    }

    func process(_ directory: FakeDirectory) -> CallMethod {
        processing?(plans)
            ?? .exchange(ExternalProcessingCalls(plans: plans, directory: directory, audit: audit).begin)
    }

    /// - Parameter rule: narrows or widens the agents' one rule, for `*.up.test` at the upstream's ports.
    static func with(
        _ options: EnvoyFixture.Options = .init(), gateway: GatewayFixture = GatewayFixture(),
        rule: @Sendable @escaping (inout EgressRule) -> Void = { _ in },
        _ body: @Sendable @escaping (EnvoyFixture, GatewayFixture) async throws -> Void
    ) async throws {
        var options = options
        options.gateway = {
            [AccessLogService(directory: $0, audit: gateway.audit, plans: gateway.plans)]
        }
        options.check = { gateway.check($0) }
        options.processing = { gateway.process($0) }
        try await EnvoyFixture.with(options) { fixture in
            for (name, secret, placeholder) in [("agent-1", "TOKEN", token), ("agent-2", "OTHER", otherToken)] {
                var agent = AgentSnapshot.plain(name, hosts: [])
                var allowed = EgressRule(host: "*.up.test", ports: fixture.ports.all)
                rule(&allowed)
                agent.allow = [allowed]
                agent.secrets = [
                    SecretBinding(name: secret, mode: .proxy, hosts: ["api.up.test"], placeholder: placeholder)
                ]
                fixture.directory.add(agent)
            }
            try await body(fixture, gateway)
        }
    }

    /// Whether an event of `agent` with this code is written soon, after the first `count` ones.
    func records(_ code: RefusalCode, of agent: String = "agent-1", after count: Int) async throws -> Bool {
        try await eventually {
            audit.events.dropFirst(count).contains { $0.code == code && $0.agent?.rawValue == agent }
        }
    }
}
