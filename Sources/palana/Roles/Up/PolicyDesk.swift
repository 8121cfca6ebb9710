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
