import Foundation
import PalanaCore

/// What an exec plugin gave.
struct ExecCredential: Sendable {
    var token: Secret<String>?
    var certificate: ClientCertificate?
    /// After it the plugin is asked again; nil means that it holds until the API server refuses it.
    var expiry: Date?

    private struct Answer: Decodable {
        struct Status: Decodable {
            var token: String?
            var clientCertificateData: String?
            var clientKeyData: String?
            var expirationTimestamp: String?
        }

        var apiVersion: String?
        var kind: String?
        var status: Status?
    }

    static func read(_ data: Data, from plugin: ExecPlugin) throws(KubernetesFailure) -> ExecCredential {
        let answer: Answer
        do {
            answer = try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw plugin.failure("printed something that is no ExecCredential in JSON: run it by hand to see what")
        }
        guard answer.kind == "ExecCredential", answer.apiVersion == plugin.version.rawValue else {
            throw plugin.failure(
                "printed no ExecCredential of version \(plugin.version.rawValue): correct the apiVersion in the "
                    + "kubeconfig file, or bring the plugin up to date")
        }
        guard let status = answer.status else { throw plugin.failure("gave no status: run it by hand to see why") }
        var credential = ExecCredential()
        if let token = status.token, !token.isEmpty { credential.token = Secret(token) }
        switch (status.clientCertificateData, status.clientKeyData) {
        case (let certificate?, let key?) where !certificate.isEmpty && !key.isEmpty:
            credential.certificate = ClientCertificate(
                certificate: .value(Secret([UInt8](certificate.utf8))), key: .value(Secret([UInt8](key.utf8))))
        case (nil, nil), (""?, ""?): break
        default: throw plugin.failure("gave a certificate without key, or a key without certificate: correct it")
        }
        guard credential.token != nil || credential.certificate != nil else {
            throw plugin.failure("gave neither a token nor a certificate: run it by hand to see why")
        }
        if let text = status.expirationTimestamp {
            guard let moment = Timestamp(text) else {
                throw plugin.failure("gave an expirationTimestamp that is no time like 2026-01-01T00:00:00Z")
            }
            credential.expiry = moment.date
        }
        return credential
    }
}
