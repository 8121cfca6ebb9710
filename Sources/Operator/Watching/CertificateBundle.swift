import Certificates
import Foundation
import KubernetesClient
import PalanaCore

/// What agents trust: public certificates, for all that reads PEM and for JVMs.
struct CertificateBundle: Hashable, Sendable {
    /// By key, as a ConfigMap has it.
    let data: [String: String]
    /// The same, in base64.
    let binaryData: [String: String]
    let digest: String

    /// - Throws: what keeps agents from being made.
    init(pem: String) throws(CertificateAuthorityError) {
        data = [AgentObjectNames.certificatesKey: pem]
        let keystore = try JavaTruststore(pem: pem).bytes
        binaryData = [AgentObjectNames.javaTruststoreKey: Data(keystore).base64EncodedString()]
        digest = CertificateMap.digest(data, binaryData)
    }

    static func == (left: CertificateBundle, right: CertificateBundle) -> Bool { left.digest == right.digest }
    func hash(into hasher: inout Hasher) { hasher.combine(digest) }

    /// The bundle that stands in the platform's namespace.
    static func read(_ map: ConfigMap?, named key: ObjectKey) throws(Trouble) -> CertificateBundle {
        let place = "the ConfigMap \(key), key \(AgentObjectNames.certificatesKey)"
        guard let pem = map?.data?[AgentObjectNames.certificatesKey], !pem.isEmpty else {
            throw Trouble(
                "CertificatesMissing",
                "\(place), with what agents are to trust, is missing; an administrator makes it from the gateway's "
                    + "authority")
        }
        guard pem.contains("BEGIN CERTIFICATE"), !pem.contains("PRIVATE KEY") else {
            throw Trouble("CertificatesMissing", "\(place) must hold certificates as PEM, and nothing else")
        }
        do {
            return try CertificateBundle(pem: pem)
        } catch {
            throw Trouble("CertificatesMissing", "\(place): \(error)")
        }
    }
}
