import AuditLog
import ClusterAPI

/// How one replica of the API in a cluster runs; from the flags of `palana api`.
struct APISettings: Sendable {
    var host: String
    var port: Int
    var healthPort: Int
    var certificate: ServingCertificate.Files
    var auditFolder: String
    /// Names this replica's chain of audit records: the pod's name.
    var replica: String
    /// Where its records are shipped; nil: nowhere.
    var shipping: ShippingConfiguration?
    /// A context of the kubeconfig files; nil: their current one, or the pod's own service account.
    var context: String?
    /// Folder with the AppRole of the vault; nil: the pod's own service account.
    var vaultRoles: String?
}
