import NIOHTTP1
import PalanaCore

/// What a service logs in with: AppRole on one machine and elsewhere, its service account in a cluster.
public enum VaultLogin: Sendable {
    /// At the mount that the configuration names.
    case appRole(VaultAppRole)
    case kubernetes(VaultKubernetesRole)

    func path(_ configuration: VaultConfiguration) -> String {
        switch self {
        case .appRole: "auth/\(configuration.appRoleMount)/login"
        case .kubernetes(let role): "auth/\(role.mount)/login"
        }
    }

    /// The login's call. A login whose answer is lost leaves a token that ends by itself, so it may be repeated.
    /// - Throws: `VaultFailure.configuration` when the service account's token can't be read.
    func request(_ configuration: VaultConfiguration) throws(VaultFailure) -> VaultRequest {
        let fields =
            switch self {
            case .appRole(let role): ["role_id": role.roleID, "secret_id": role.secretID.exposed]
            case .kubernetes(let role): ["role": role.role, "jwt": try role.token().exposed]
            }
        var request = try VaultRequest(.POST, path(configuration), json: fields)
        request.isIdempotent = true
        return request
    }

    /// What to look at when the vault refuses.
    var advice: String {
        switch self {
        case .appRole: "check the role id and the secret id, and whether the role still exists"
        case .kubernetes(let role):
            "check that role \(role.role) exists and is bound to this pod's service account and its token's audience, and "
                + "that the vault reaches the Kubernetes API and may review tokens there"
        }
    }
}
