import OPAClient
import PalanaCore
import TestSupport
import Testing

@Suite struct PolicyExplainerTests {
    private static let key = PolicyInput.Placeholder(
        secret: "KEY", position: .header, boundHosts: ["other.example.com"])
    private static let reads = EgressRule(host: "api.example.com", methods: ["GET"])
    private static let denying = PolicyInput.Rules(
        default: .deny, allow: [.init(name: "spec.egress.allow[0]", rule: EgressRule(host: "api.example.com"))],
        deny: [.init(name: "EgressPolicy/p deny[0]", rule: EgressRule(host: "api.example.com"))])

    @Test func `What is allowed needs nothing`() async throws {
        #expect(try await explain { input(rules: allowing(), revision: $0) }.remedies.isEmpty)
    }

    @Test func `An unknown host is told the rule to add`() async throws {
        let explanation = try await explain { input("POST", port: 8443, path: "/a/b", revision: $0) }
        #expect(
            explanation.remedies == [
                "Add {host: api.example.com, ports: [8443], methods: [POST], paths: [\"/a/b\"]} to spec.egress.allow."
            ])
        #expect(explanation.obstacle == nil)
    }

    @Test func `Each thing in the way is named, in order`() async throws {
        let explanation = try await explain {
            input(rules: Self.denying, placeholders: [Self.key], foreign: ["x-api-key"], revision: $0)
        }
        #expect(explanation.decision.rule == "EgressPolicy/p deny[0]")
        #expect(
            explanation.remedies == [
                "Remove EgressPolicy/p deny[0], or narrow it.",
                "Send the placeholder of secret KEY to its own hosts only, or add api.example.com to them.",
                "Send the agent's placeholder in place of its own credential, or set credentials: any in spec.egress.allow[0].",
            ])
        #expect(explanation.obstacle == nil)
    }

    @Test func `Every kind of refusal by rules has a way out`() async throws {
        let own = PolicyInput.Placeholder(secret: "KEY", position: .header, boundHosts: ["api.example.com"])
        let inputs: [(String) -> PolicyInput] = [
            { input("DELETE", rules: allowing(Self.reads), revision: $0) },
            { input(port: 80, scheme: "http", rules: allowing(), placeholders: [own], revision: $0) },
            {
                input(
                    headers: ["cookie": "a=b"], rules: allowing(EgressRule(host: "api.example.com", cookies: .deny)),
                    revision: $0)
            },
            { input(rules: .init(default: .ask), revision: $0) },
            { input(rules: .init(default: .observe), foreign: ["authorization"], revision: $0) },
            { input(rules: .init(default: .observe), placeholders: [own], revision: $0) },
            { input("CONNECT", port: 22, path: "", revision: $0) },
        ]
        for make in inputs {
            let explanation = try await explain([], make)
            #expect(!explanation.decision.allow)
            #expect(!explanation.remedies.isEmpty)
            #expect(explanation.obstacle == nil, "\(explanation)")
        }
    }

    @Test func `A module's denial is named as what stays in the way`() async throws {
        let policy = PolicyRules(name: "never", rego: #"deny contains {"rule": "r", "reason": "Never."}"#)
        let explanation = try await explain([policy]) { input(rules: allowing(), revision: $0) }
        #expect(explanation.remedies.isEmpty)
        #expect(explanation.obstacle == "EgressPolicy/never r: Never.")
    }

    private func explain(_ policies: [PolicyRules] = [], _ make: (String) -> PolicyInput) async throws -> PolicyReplay {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish(policies)
            return try await PolicyExplainer(engine: bench.engine).explain(make(revision))
        }
    }
}
