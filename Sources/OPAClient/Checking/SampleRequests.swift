import Foundation
import PalanaCore

/// Requests of all sorts that a new module has to answer in time: plain, long, many-headed, with secrets and without.
enum SampleRequests {
    static func all(for policy: PolicyRules, revision: String) -> [PolicyInput] {
        let long = "/" + Array(repeating: "segment-of-a-long-path", count: 80).joined(separator: "/")
        let headers = Dictionary(
            uniqueKeysWithValues: (0..<80).map { ("x-header-\($0)", String(repeating: "v", count: 200)) })
        let placeholder = PolicyInput.Placeholder(secret: "SAMPLE", position: .header, boundHosts: ["api.example.com"])
        return [
            request("GET", "/"), request("POST", "/v1/things"), request("DELETE", long),
            request("PUT", "/v1/x", headers),
            request("GET", "/v1/a%2Fb", ["authorization": "Bearer [placeholder SAMPLE]", "user-agent": "sample/1.0"]),
        ].flatMap { request in
            [PolicyInput.Credentials(), .init(placeholders: [placeholder]), .init(foreign: ["authorization"])].map {
                input(policy, request, $0, revision)
            }
        }
    }

    private static func request(
        _ method: String, _ path: String, _ headers: [String: String] = ["user-agent": "sample/1.0"]
    ) -> PolicyInput.Request {
        PolicyInput.Request(
            id: "0000000000000000000000sample", time: "2026-01-01T00:00:00.000Z", scheme: "https", method: method,
            host: "api.example.com", port: 443, path: path, queryKeys: ["page", "q"], headers: headers,
            protocol: "HTTP/1.1", sni: "api.example.com", connectAuthority: "api.example.com:443", bodyBytes: 1024)
    }

    private static func input(
        _ policy: PolicyRules, _ request: PolicyInput.Request, _ credentials: PolicyInput.Credentials,
        _ revision: String
    ) -> PolicyInput {
        let agent = PolicyInput.Agent(
            name: "sample", owner: policy.selector.owners?.first ?? "owner@example.com", labels: policy.selector.labels)
        let rule = EgressRule(host: "api.example.com", credentials: .any)
        let rules = PolicyInput.Rules(default: .deny, allow: [.init(name: "spec.egress.allow[0]", rule: rule)])
        return PolicyInput(
            agent: agent, request: request, credentials: credentials, rules: rules, policyRevision: revision)
    }
}

struct SampleData: Encodable {
    struct Palana: Encodable {
        let sets: [String: PolicyManifest]
    }
    let palana: Palana
    let samples: [PolicyInput]
}

/// What `opa eval` said to the samples.
struct SampleAnswers: Decodable {
    struct Result: Decodable {
        struct Expression: Decodable {
            let value: [PolicyDecision]
        }
        let expressions: [Expression]
    }
    struct Metrics: Decodable {
        let nanoseconds: Int64

        enum CodingKeys: String, CodingKey {
            case nanoseconds = "timer_rego_query_eval_ns"
        }
    }

    let result: [Result]
    let metrics: Metrics

    init(json: String) throws {
        self = try JSONDecoder().decode(SampleAnswers.self, from: Data(json.utf8))
    }

    /// - Throws: `PolicyProblem` unless every sample got a decision, and in time.
    func verify(count: Int, policy: String) throws(PolicyProblem) {
        let decisions = result.first?.expressions.first?.value ?? []
        guard decisions.count == count else {
            throw PolicyProblem(
                policy: policy, message: "it leaves \(count - decisions.count) of \(count) sample requests undecided")
        }
        if let faulty = decisions.first(where: { $0.code == .policyUnavailable }) {
            throw PolicyProblem(policy: policy, message: faulty.reason)
        }
        let each = Duration.nanoseconds(metrics.nanoseconds / Int64(count))
        guard each <= PolicyChecker.evaluationLimit else {
            throw PolicyProblem(
                policy: policy,
                message: "it is too slow: \(each) a request, at most \(PolicyChecker.evaluationLimit) is allowed")
        }
    }
}
