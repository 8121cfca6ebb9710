import OPAClient
import Operator
import PalanaCore
import ServiceLifecycle
import VaultClient

/// Joins the operator to the vault: its role may remove, and nothing else.
struct VaultRemoval: SecretRemoval {
    private let writer: VaultSecretWriter

    init(client: VaultClient) {
        writer = VaultSecretWriter(client: client) { AgentNames.vaultUser(owner: $0) }
    }

    func remove(_ reference: SecretReference) async throws(SecretFailure) {
        try await writer.remove(reference)
    }
}

/// Compiles policies at admission with the OPA beside the operator.
struct AdmissionCompiler: PolicyCompiler {
    let checker: PolicyChecker

    func problem(with policy: EgressPolicy) async throws -> String? {
        do {
            _ = try await checker.check(PolicyRules(policy))
            return nil
        } catch let problem as PolicyProblem {
            return "\(problem)"
        }
    }
}
