import Crypto
import Foundation
import KubernetesClient
import PalanaCore

/// Whose an object is, in labels and annotations: readable for people, and the full hash for us, since names and labels
/// hold a part of it only.
enum OwnerMark {
    /// SHA-256 over the raw owner, 64 hex digits: one more than a label may have.
    static let digestAnnotation = "palana.dev/owner-sha256"
    static let ownerAnnotation = "palana.dev/owner"
    /// The tenant whose namespace this is.
    static let tenantLabel = "palana.dev/tenant"
    /// A namespace and claim that outlive their agent.
    static let retainedLabel = "palana.dev/retained"
    /// What becomes of the claim when the Agent goes, should nobody be there to say it any more.
    static let reclaimAnnotation = "palana.dev/reclaim"
    /// Newer API servers set it themselves; policies name namespaces by it.
    static let namespaceNameLabel = "kubernetes.io/metadata.name"

    static let manager = "palana"

    static func digest(_ owner: String) -> String {
        SHA256.hash(data: Data(owner.utf8)).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    static func annotations(_ owner: String) -> [String: String] {
        [digestAnnotation: digest(owner), ownerAnnotation: owner]
    }

    static func shortHash(_ owner: String) -> String { String(AgentNames.vaultUser(owner: owner).suffix(10)) }

    /// What the Pod Security admission of newer API servers enforces on top of the webhook.
    static let podSecurity = [
        "pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
    ]
}

extension Namespace {
    /// The digest of the owner whose data it keeps after its agent is gone; nil when it does no such thing.
    var retainedFor: String? {
        metadata.labels?[OwnerMark.retainedLabel].flatMap { _ in metadata.annotations?[OwnerMark.digestAnnotation] }
    }
}

extension KubernetesObject {
    var isPaused: Bool { metadata.annotations?[OperatorConfiguration.pauseAnnotation] == "true" }
}
