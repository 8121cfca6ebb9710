import LocalPlatform
import OPAClient
import PalanaCore
import PlatformAPI

/// Joins the policy publisher to what the operations ask of it.
struct PolicyDesk: PolicyAdmission {
    let checker: PolicyChecker
    let publisher: PolicyPublisher

    func check(_ policy: EgressPolicy) async throws {
        try await answering { _ = try await checker.check(PolicyRules(policy)) }
    }

    func publish(_ policies: [EgressPolicy]) async throws {
        try await answering { _ = try await publisher.publish(policies.map { PolicyRules($0) }) }
    }

    private func answering(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let problem as PolicyProblem {
            throw APIError(.invalid, "\(problem)")
        } catch let failure as PolicyFailure {
            throw APIError(.unavailable, failure.reason)
        }
    }
}

extension PolicyRules {
    /// What an `EgressPolicy` says, apart from how it is written down.
    init(_ policy: EgressPolicy) {
        let selector = policy.spec.agentSelector
        self.init(
            name: policy.metadata.name,
            selector: PolicySelector(owners: selector?.owners, labels: selector?.labels ?? [:]),
            allow: policy.spec.allow ?? [], deny: policy.spec.deny ?? [], rego: policy.spec.rego,
            grants: policy.spec.grants ?? false)
    }
}
