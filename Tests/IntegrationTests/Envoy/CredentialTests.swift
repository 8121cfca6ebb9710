import Crypto
import Foundation
import GRPCCore
import PalanaCore
import ServiceSupport
import TestSupport
import Testing

@testable import Gateway

/// The gateway's own authorizer, redaction and access log behind the real Envoy, against an upstream that says everything
/// back.
@Suite(.serialized) struct CredentialTests {
    static let token = "ghp_Rk3v9TqLw2Zx8Yb5Nc7Md1Pf4Hs6Jg0aQeUi"
    static let value = "fake-real-value/with+chars=42"

    /// What a test looks at besides Envoy's answers.
    final class Gateway: Sendable {
        let audit = AuditSinkFake()
        let plans = RedactionPlans()
        let secrets = SecretReaderFake([
            SecretReference(owner: "test@example.com", agent: "agent-1", name: "TOKEN", mode: .proxy): CredentialTests
                .value
        ])

        func check(_ directory: FakeDirectory) -> UnaryCallServer.Method {
            let rules = RuleBook()
            rules.enforce([], revision: "sha256:one")
            let authorizer = Authorizer(
                directory: directory, policy: PolicyEngineFake(), secrets: secrets, audit: audit, rules: rules,
                plans: plans)
            return ExternalAuthorizationCalls(authorizer: authorizer).check
        }

        func services(_ directory: FakeDirectory) -> [any RegistrableRPCService] {
            [
                ExternalProcessingService(plans: plans),
                AccessLogService(directory: directory, audit: audit, plans: plans),
            ]
        }
    }

    private func with(_ body: @Sendable @escaping (EnvoyFixture, Gateway) async throws -> Void) async throws {
        let gateway = Gateway()
        var options = EnvoyFixture.Options()
        options.gateway = { gateway.services($0) }
        options.check = { gateway.check($0) }
        try await EnvoyFixture.with(options) { fixture in
            var agent = AgentSnapshot.plain("agent-1", hosts: [])
            agent.allow = [EgressRule(host: "*.up.test", ports: [fixture.ports.secure, fixture.ports.plain])]
            agent.secrets = [
                SecretBinding(name: "TOKEN", mode: .proxy, hosts: ["api.up.test"], placeholder: CredentialTests.token)
            ]
            fixture.directory.add(agent)
            try await body(fixture, gateway)
        }
    }

    private struct Echo: Decodable {
        var headers: [String: String]
        var bytes: Int
        var base64: String
        var digest: String
    }

    private static let sent = SHA256.hash(data: Data("Bearer \(value)".utf8)).map { String(format: "%02x", $0) }
        .joined()

    @Test("the upstream gets the value, the agent gets its placeholder back, in every form and on every way in")
    func echoed() async throws {
        try await with { fixture, gateway in
            for mode in ["connect", "transparent", "origin"] {
                var options = fixture.options(mode: mode)
                options.headers = [
                    "authorization": "Bearer \(Self.token)", "accept-encoding": "gzip", "range": "bytes=0-3",
                ]
                let answer = try await fixture.run("once", options)
                let body = try #require(answer.body)
                let echo = try JSONDecoder().decode(Echo.self, from: Data(body.utf8))
                #expect(answer.status == 200, "\(mode)")
                #expect(echo.digest == Self.sent, "\(mode)")
                #expect(echo.headers["authorization"] == "Bearer \(Self.token)", "\(mode)")
                #expect(echo.headers["accept-encoding"] == "identity", "\(mode)")
                #expect(echo.headers["range"] == nil, "\(mode)")
                #expect(echo.headers["x-egress-body"] == nil && echo.headers["x-palana-decision"] == nil, "\(mode)")
                #expect(answer.headers?["x-echo"] == "Bearer \(Self.token)", "\(mode)")
                #expect(!body.contains(Self.value), "\(mode)")
                #expect(Data(base64Encoded: echo.base64).map { !$0.contains(Data(Self.value.utf8)) } ?? true, "\(mode)")
                #expect(answer.headers?["x-palana-decision"] != nil, "\(mode)")
            }
            let decisions = Set(gateway.audit.events.filter { $0.kind == .decision }.compactMap(\.decisionID))
            try await poll { gateway.plans.count == 0 }
            try await poll {
                let completed = Set(gateway.audit.events.filter { $0.kind == .completion }.compactMap(\.decisionID))
                return completed == decisions
            }
        }
    }

    private func poll(_ condition: @Sendable () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "not within ten seconds")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("a compressed answer is withheld, a placeholder elsewhere refused")
    func refused() async throws {
        try await with { fixture, _ in
            var options = fixture.options()
            options.headers = ["authorization": "Bearer \(Self.token)"]
            options.path = "/?gzip=1"
            let compressed = try await fixture.run("once", options)
            #expect(compressed.status == 403)
            #expect(try compressed.refusal().code == "denied_by_policy")
            var elsewhere = fixture.options(host: "other.up.test")
            elsewhere.headers = options.headers
            let answer = try await fixture.run("once", elsewhere)
            #expect(try answer.refusal().code == "placeholder_not_allowed_here")
            var denied = fixture.options(host: "evil.down.test")
            denied.headers = options.headers
            #expect(try await fixture.run("once", denied).tunnel == 403)
        }
    }

    @Test("large bodies and WebSockets pass with a secret in the request")
    func streams() async throws {
        try await with { fixture, _ in
            var options = fixture.options()
            options.headers = ["authorization": "Bearer \(Self.token)"]
            options.bytes = 20 << 20
            let up = try await fixture.run("upload", options)
            #expect(try up.received().bytes == 20 << 20)
            // Some servers insist on it.
            #expect(try up.received().headers["content-length"] == "\(20 << 20)")
            #expect((try await fixture.run("download", options).bytes ?? 0) >= 20 << 20)
            let socket = try await fixture.run("websocket", fixture.options())
            #expect(socket.status == 101)
            var secret = fixture.options()
            secret.headers = options.headers
            #expect(try await fixture.run("websocket", secret).status == 101)
        }
    }
}
