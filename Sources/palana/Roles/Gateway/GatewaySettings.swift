import AuditLog
import ClusterGateway
import Foundation
import Gateway
import PalanaCore

/// How one replica of the gateway runs; from the flags of `palana gateway`.
struct GatewaySettings: Sendable {
    /// Shared with Envoy's and OPA's containers and nobody else: sockets, and Envoy's configuration.
    var runFolder: String
    var auditFolder: String
    /// Names this replica's chain of audit records: the pod's name.
    var replica: String
    /// PEM files of the authority that signs leaves.
    var authorityCertificate: String
    var authorityKey: String
    var index: ClusterIndexConfiguration
    /// Where the agents' ports and their DNS listen.
    var address: IPAddress
    var healthPort: Int
    /// A context of the kubeconfig files; nil: their current one, or the pod's own service account.
    var context: String?
    /// Folder with the vault's AppRoles; nil: the pod's service account logs in.
    var vaultRoles: String?
    var secretCache: Duration
    var trustAdditions: [String]
    var resolvers: [Resolver]
    var allowPrivate: [PrivateAllowance]
    var clusterDomains: [String]
    var auditBestEffort: Bool
    /// Where its audit records are shipped; nil: nowhere.
    var shipping: ShippingConfiguration?
    /// How long it goes on serving after it was told to end, so that nobody is sent to it any more when it does.
    var drain: Duration

    /// 0700, and short enough for sockets in it (unix(7): 107 bytes).
    func prepareFolders() throws {
        guard runFolder.utf8.count <= 90 else {
            throw CommandFailure(
                .failed, "the run folder's path is longer than 90 bytes: choose a shorter --run-folder (\(runFolder))")
        }
        for folder in [runFolder, auditFolder] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
            } catch {
                throw CommandFailure(.failed, "can't make \(folder) private to us: \(error.localizedDescription)")
            }
        }
    }
}
