import Crypto
public import Foundation
import SwiftASN1
import X509

/// A throwaway certificate authority: its keys live as long as the test.
public struct TestAuthority: Sendable {
    /// A certificate with its key, both as PEM.
    public struct Identity: Sendable {
        public var certificatePEM: String
        /// PKCS #8.
        public var keyPEM: String

        public init(certificatePEM: String, keyPEM: String) {
            self.certificatePEM = certificatePEM
            self.keyPEM = keyPEM
        }
    }

    /// The authority itself.
    public let identity: Identity
    private let key = P256.Signing.PrivateKey()
    private let name: DistinguishedName

    public var certificatePEM: String { identity.certificatePEM }

    /// - Parameter name: its common name.
    public init(name: String) throws {
        let distinguished = try DistinguishedName { CommonName(name) }
        self.name = distinguished
        let certificate = try Self.sign(
            subject: distinguished, key: key.publicKey, issuer: distinguished, issuerKey: key,
            validity: Self.usual,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            })
        identity = Identity(
            certificatePEM: try certificate.serializeAsPEM().pemString, keyPEM: key.pemRepresentation)
    }

    /// Issues a certificate that is good for servers and clients.
    /// - Parameters:
    ///   - organizations: the groups, where a client's name is read as Kubernetes does.
    ///   - dnsNames: beside 127.0.0.1, which every certificate has.
    ///   - validity: from an hour ago, for a day, by default.
    public func issue(
        _ commonName: String, organizations: [String] = [], dnsNames: [String] = [],
        validity: ClosedRange<Date>? = nil
    ) throws -> Identity {
        let leaf = P256.Signing.PrivateKey()
        let subject = try DistinguishedName {
            for organization in organizations { OrganizationName(organization) }
            CommonName(commonName)
        }
        let names =
            [GeneralName.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))] + dnsNames.map(GeneralName.dnsName)
        let certificate = try Self.sign(
            subject: subject, key: leaf.publicKey, issuer: name, issuerKey: key, validity: validity ?? Self.usual,
            extensions: Certificate.Extensions {
                SubjectAlternativeNames(names)
                try ExtendedKeyUsage([.serverAuth, .clientAuth])
            })
        return Identity(certificatePEM: try certificate.serializeAsPEM().pemString, keyPEM: leaf.pemRepresentation)
    }

    private static var usual: ClosedRange<Date> { (.now - 3600)...(.now + 86_400) }

    private static func sign(
        subject: DistinguishedName, key: P256.Signing.PublicKey, issuer: DistinguishedName,
        issuerKey: P256.Signing.PrivateKey, validity: ClosedRange<Date>, extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key), notValidBefore: validity.lowerBound,
            notValidAfter: validity.upperBound, issuer: issuer, subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: .init(issuerKey))
    }
}
