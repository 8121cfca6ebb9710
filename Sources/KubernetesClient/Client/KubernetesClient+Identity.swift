import Foundation
public import NIOSSL
import PalanaCore
import SwiftASN1
import X509

extension KubernetesClient {
    /// As whom the API server knows the caller; nil when neither it nor the credential says so. API servers before 1.26
    /// don't tell: then it is what the credential must mean to them.
    public func userName() async throws(KubernetesFailure) -> String? {
        if let user { return user.user }
        do throws(KubernetesFailure) {
            return try await review(SelfSubjectReview()).status?.userInfo?.username
        } catch {
            guard error.reason == .notServed else { throw error }
            return try await connection.credentials.current().userName
        }
    }
}

extension Credential {
    /// The common name of the client certificate, else the service account of the token; a token of any other issuer
    /// has a name that only the API server's settings tell.
    var userName: String? {
        guard case .certificate(let leaf)? = tls.certificateChain.first else { return token.flatMap(Self.account) }
        return UserInfo(leaf)?.username
    }

    /// Only to know the name; the API server checks the token.
    private static func account(_ token: Secret<String>) -> String? {
        struct Claims: Decodable { var sub: String? }
        let parts = token.exposed.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        let padded = text + String(repeating: "=", count: (4 - text.count % 4) % 4)
        guard let data = Data(base64Encoded: padded),
            let subject = try? JSONDecoder().decode(Claims.self, from: data).sub,
            subject.hasPrefix("system:serviceaccount:")
        else { return nil }
        return subject
    }
}

extension UserInfo {
    /// The user whom an API server sees in a client certificate that it has verified: the common name, and the
    /// organizations as groups (Kubernetes, "X509 client certificates"); nil when there is no such name.
    public init?(_ leaf: NIOSSLCertificate) {
        guard let bytes = try? leaf.toDERBytes(), let certificate = try? Certificate(derEncoded: bytes) else {
            return nil
        }
        let attributes = certificate.subject.flatMap { $0 }
        func values(_ type: ASN1ObjectIdentifier) -> [String] {
            attributes.filter { $0.type == type }.compactMap { String($0.value) }
        }
        guard let name = values(.RDNAttributeType.commonName).first, !name.isEmpty else { return nil }
        self.init(username: name, groups: values(.RDNAttributeType.organizationName))
    }
}
