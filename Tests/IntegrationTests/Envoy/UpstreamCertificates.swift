import Crypto
import Foundation
import SwiftASN1
import TestSupport
import X509

/// A certificate for the upstreams' names, which is its own authority.
struct UpstreamCertificates: Sendable {
    let chain: String
    let key: String

    init(in folder: TemporaryFolder) throws {
        chain = folder.path("up.pem")
        key = folder.path("up-key.pem")
        let made = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("upstreams of a test") }
        let now = Date()
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(made.publicKey),
            notValidBefore: now.addingTimeInterval(-3_600), notValidAfter: now.addingTimeInterval(86_400),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                SubjectAlternativeNames([.dnsName("up.test"), .dnsName("*.up.test")])
            },
            issuerPrivateKey: .init(made))
        try Data(certificate.serializeAsPEM().pemString.utf8).write(to: URL(fileURLWithPath: chain))
        try Data(made.pemRepresentation.utf8).write(to: URL(fileURLWithPath: key))
    }
}
