import Crypto
public import Foundation
import SwiftASN1
import X509

/// A certificate for one name and its key.
public struct Leaf: Sendable {
    public let name: LeafName
    /// Leaf first, then the authority's when that isn't a root.
    public let chainPEM: String
    package let keyPEM: String
    /// Differs for each minted leaf and starts with the authority's fingerprint.
    public let version: String
    public let notAfter: Date
}

/// Mints leaves: a fresh P-256 key each, one name each, valid from an hour ago.
public struct LeafIssuer: Sendable {
    private let authority: CertificateAuthority
    private let issuerKey: Certificate.PrivateKey
    /// What every version of this issuer starts with.
    public let fingerprint: String
    private let chainTail: String

    /// How long a leaf for agents is valid from now on, in seconds.
    public static let validity: TimeInterval = 24 * 3600
    /// Others' clocks may lag behind, by seconds.
    static let backDate: TimeInterval = 3600

    private let validity: TimeInterval

    /// - Parameter validity: how long each leaf is valid from its minting, in seconds.
    public init(authority: CertificateAuthority, validity: TimeInterval = LeafIssuer.validity) throws {
        self.authority = authority
        self.validity = validity
        issuerKey = Certificate.PrivateKey(authority.key)
        fingerprint = try authority.fingerprint
        let isRoot = authority.certificate.issuer == authority.certificate.subject
        chainTail = isRoot ? "" : "\n" + authority.certificatePEM
    }

    public func mint(_ name: LeafName, at now: Date) throws -> Leaf {
        let key = P256.Signing.PrivateKey()
        let serial = Certificate.SerialNumber()
        let notAfter = min(now.addingTimeInterval(validity), authority.certificate.notValidAfter)
        let certificate = try Certificate(
            version: .v3, serialNumber: serial, publicKey: .init(key.publicKey),
            notValidBefore: max(now.addingTimeInterval(-Self.backDate), authority.certificate.notValidBefore),
            notValidAfter: notAfter, issuer: authority.certificate.subject, subject: try subject(name),
            signatureAlgorithm: .ecdsaWithSHA256, extensions: try extensions(name, key: .init(key.publicKey)),
            issuerPrivateKey: issuerKey)
        let version = fingerprint + "-" + serial.bytes.prefix(8).map { String(format: "%02x", $0) }.joined()
        return Leaf(
            name: name, chainPEM: try certificate.serializeAsPEM().pemString + chainTail,
            keyPEM: key.pemRepresentation, version: version, notAfter: notAfter)
    }

    private func extensions(_ name: LeafName, key: Certificate.PublicKey) throws -> Certificate.Extensions {
        let names: SubjectAlternativeNames =
            switch name.kind {
            case .host: SubjectAlternativeNames([.dnsName(name.value)])
            case .address(let bytes): SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: bytes[...]))])
            }
        return try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            names
            SubjectKeyIdentifier(hash: key)
            if let authorityKey = try authority.certificate.extensions.subjectKeyIdentifier {
                AuthorityKeyIdentifier(keyIdentifier: authorityKey.keyIdentifier)
            }
        }
    }

    /// A common name holds at most 64 characters (RFC 5280, appendix A.1); longer names stand in the SAN alone.
    private func subject(_ name: LeafName) throws -> DistinguishedName {
        try DistinguishedName {
            OrganizationName("Palana")
            if name.value.utf8.count <= 64 { CommonName(name.value) }
        }
    }
}
