import AsyncHTTPClient
import NIOCore
import NIOSSL

extension VaultConfiguration {
    /// The HTTP client's settings: no redirects (the token must not follow one), no hidden reconnecting (a vault that
    /// is
    /// down is said so at once), no decompression.
    func http() throws(VaultFailure) -> HTTPClient.Configuration {
        var http = HTTPClient.Configuration(
            tlsConfiguration: try tls(), redirectConfiguration: .disallow,
            timeout: .init(
                connect: .nanoseconds(requestTimeout.nanoseconds), read: .nanoseconds(requestTimeout.nanoseconds)))
        http.connectionPool.retryConnectionEstablishment = false
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        http.httpVersion = .http1Only
        return http
    }

    private func tls() throws(VaultFailure) -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv12
        if let file = caCertificateFile {
            tls.trustRoots = .certificates(try Self.certificates(in: file))
            tls.additionalTrustRoots = []
        }
        guard let certificateFile = clientCertificateFile, let keyFile = clientKeyFile else { return tls }
        tls.certificateChain = try Self.certificates(in: certificateFile).map { .certificate($0) }
        tls.privateKey = .privateKey(try Self.key(in: keyFile))
        return tls
    }

    private static func certificates(in file: String) throws(VaultFailure) -> [NIOSSLCertificate] {
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(file)
            if !certificates.isEmpty { return certificates }
        } catch {
            throw .configuration("\(file) can't be read as PEM certificates: give a readable file of certificates.")
        }
        throw .configuration("\(file) holds no certificate: give a PEM file of certificates.")
    }

    private static func key(in file: String) throws(VaultFailure) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(file: file, format: .pem)
        } catch {
            throw .configuration("\(file) can't be read as a private key: give a readable PEM file without passphrase.")
        }
    }
}

extension Duration {
    /// For NIO's `TimeAmount`; never negative, at most a day.
    var nanoseconds: Int64 {
        let bounded = min(max(self, .zero), .seconds(86_400))
        return bounded.components.seconds * 1_000_000_000 + bounded.components.attoseconds / 1_000_000_000
    }
}
