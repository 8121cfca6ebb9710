import Crypto
import Foundation
public import PalanaCore

/// The base module and all `EgressPolicy` objects as one thing with one revision. Every decision is made by one set.
public struct PolicySet: Sendable {
    /// Sorted by name.
    public let policies: [PolicyRules]
    /// `sha256:` and the digest of the base module and the policies; the same content has the same revision anywhere.
    public let revision: String

    let base = BundledPolicy.base
    let modules: [String: RegoModule]

    /// - Throws: `PolicyProblem` when two policies share a name.
    public init(_ policies: [PolicyRules]) throws(PolicyProblem) {
        self.policies = policies.sorted { $0.name < $1.name }
        for (one, next) in zip(self.policies, self.policies.dropFirst()) where one.name == next.name {
            throw PolicyProblem(policy: one.name, message: "there are two policies of this name")
        }
        revision = try Self.revision(of: self.policies, base: base)
        modules = policies.reduce(into: [:]) { modules, policy in
            modules[policy.name] = policy.rego.map { RegoModule(policy: policy.name, rego: $0) }
        }
    }

    private struct Content: Encodable {
        let base: String
        let policies: [PolicyRules]
    }

    private static func revision(of policies: [PolicyRules], base: String) throws(PolicyProblem) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return "sha256:\(SHA256.hash(data: try encoder.encode(Content(base: base, policies: policies))).hex)"
        } catch {
            throw PolicyProblem(message: "the policies can't be written as JSON: \(error)")
        }
    }
}
