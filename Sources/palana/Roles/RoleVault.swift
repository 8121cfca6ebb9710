import Foundation
import Logging
import PalanaCore
import VaultClient

/// How the parts of a cluster find the vault.
extension VaultConfiguration {
    /// - Throws: `CommandFailure` when the environment names none.
    static func required(_ environment: [String: String]) throws -> VaultConfiguration {
        guard let configuration = try VaultConfiguration(environment: environment) else {
            throw CommandFailure(
                .failed, "no vault is named: set VAULT_ADDR (and VAULT_NAMESPACE, VAULT_CACERT, … as needed)")
        }
        return configuration
    }
}

extension VaultClient {
    /// Logs in with the pod's service account, or with the AppRole in a folder when one is given.
    static func inCluster(
        as role: VaultRole, folder: String?, environment: [String: String], logger: Logger
    ) throws -> VaultClient {
        let configuration = try VaultConfiguration.required(environment)
        guard let folder else {
            let role = VaultKubernetesRole(role, environment: environment)
            return try VaultClient(configuration: configuration, login: .kubernetes(role), logger: logger)
        }
        let role = try VaultRoleFiles(folder: URL(fileURLWithPath: folder)).read(role)
        return try VaultClient(configuration: configuration, role: role, logger: logger)
    }
}
