import NIOSSL
import PalanaCore

/// What one request shows, and whom it trusts.
struct Credential: Sendable {
    var token: Secret<String>?
    var tls: TLSConfiguration
    /// Which reading of the files, or run of the plugin, it comes from.
    var generation: Int
}

/// The bytes that a credential is made of, to see whether files changed.
struct CredentialMaterial: Sendable, Equatable {
    var token: String?
    var authority: [UInt8]?
    var certificate: [UInt8]?
    var key: [UInt8]?

    /// The client's TLS settings: at least TLS 1.2, the given roots instead of the system's.
    func tls() throws(KubernetesFailure) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let authority {
            tls.trustRoots = .certificates(try Self.certificates(authority, "certificate authority"))
            tls.additionalTrustRoots = []
        }
        guard let certificate, let key else { return tls }
        tls.certificateChain = try Self.certificates(certificate, "client certificate").map { .certificate($0) }
        do {
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem))
        } catch {
            throw KubernetesFailure(
                .configuration, "The client key is not usable: give a private key in PEM, without passphrase.")
        }
        return tls
    }

    private static func certificates(
        _ bytes: [UInt8], _ what: String
    ) throws(KubernetesFailure) -> [NIOSSLCertificate] {
        if let certificates = try? NIOSSLCertificate.fromPEMBytes(bytes), !certificates.isEmpty { return certificates }
        throw KubernetesFailure(.configuration, "The \(what) is not usable: give certificates in PEM.")
    }
}
