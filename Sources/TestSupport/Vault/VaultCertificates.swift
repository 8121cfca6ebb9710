import Crypto
public import Foundation
import SwiftASN1
import X509

/// A throwaway certificate authority for a TLS vault on loopback: writes `ca.pem`, and `NAME.pem` with `NAME.key`.
public struct VaultCertificates {
    public let folder: URL
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName

    /// Makes an authority and writes its certificate to `folder/ca.pem`.
    public init(folder: URL, name: String) throws {
        self.folder = folder
        self.name = try DistinguishedName { CommonName(name) }
        let certificate = try issue(
            subject: self.name, publicKey: key.publicKey,
            extensions: Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) }
        )
        try write(certificate.serializeAsPEM().pemString, to: "ca.pem")
    }

    /// Makes a certificate for 127.0.0.1, good for servers and clients.
    public func makeLeaf(_ leaf: String) throws {
        let leafKey = P256.Signing.PrivateKey()
        let certificate = try issue(
            subject: DistinguishedName { CommonName(leaf) }, publicKey: leafKey.publicKey,
            extensions: Certificate.Extensions {
                SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))])
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
            })
        try write(certificate.serializeAsPEM().pemString, to: "\(leaf).pem")
        try write(leafKey.pemRepresentation, to: "\(leaf).key")
    }

    private func issue(
        subject: DistinguishedName, publicKey: P256.Signing.PublicKey, extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(publicKey), notValidBefore: .now - 3600,
            notValidAfter: .now + 3600, issuer: name, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: .init(key))
    }

    private func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: file))
    }
}
