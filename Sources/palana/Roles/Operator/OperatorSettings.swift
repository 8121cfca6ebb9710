import Operator
import PalanaCore

/// How one replica of the operator runs; from the flags of `palana operator`.
struct OperatorSettings: Sendable {
    var configuration: OperatorConfiguration
    /// Names this replica in the lease and in Events: the pod's name.
    var identity: String
    var webhooks: WebhookServer.Configuration
    /// Where the API server finds them.
    var place: WebhookConfigurations.Place
    /// The name or address in their certificate.
    var webhookHost: String
    var healthHost: String
    var healthPort: Int
    /// How long the webhooks go on answering after it was told to end, so that nobody is sent to it any more when they stop.
    var drain: Duration
    /// A context of the kubeconfig files; nil: their current one, or the pod's own service account.
    var context: String?
    /// Folder with the AppRole of the vault; nil: the pod's own service account.
    var vaultRoles: String?
}
