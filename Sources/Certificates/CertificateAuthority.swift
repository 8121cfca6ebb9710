import Crypto
public import Foundation
import SwiftASN1
public import X509

/// An authority of our own (P-256): the one that agents trust and that signs the leaves Envoy serves them, or the one
/// of the admission webhooks. Its key never leaves this process and the one place where it is kept.
public struct CertificateAuthority: Sendable {
    /// What an authority is called and how long it lasts.
    public struct Terms: Sendable, Hashable {
        /// Common name; a random number is added, so that two authorities are never taken for one.
        public var name: String
        /// Seconds from its making.
        public var validity: TimeInterval
        /// Seconds before its making from which it is valid: clocks differ.
        public var backDate: TimeInterval

        public init(name: String, validity: TimeInterval, backDate: TimeInterval = 86_400) {
            self.name = name
            self.validity = validity
            self.backDate = backDate
        }

        /// The authority that agents trust: ten years.
        public static let egress = Terms(name: "Palana egress authority", validity: 3_650 * 86_400)
    }

    public let certificate: Certificate
    let key: P256.Signing.PrivateKey

    /// What agents are given to trust.
    public let certificatePEM: String

    /// - Throws: `CertificateAuthorityError`, naming `origin` (a file name for people).
    init(
        certificate: Certificate, key: P256.Signing.PrivateKey, origin: (certificate: String, key: String), at now: Date
    ) throws {
        guard certificate.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw CertificateAuthorityError.keyMismatch(certificate: origin.certificate, key: origin.key)
        }
        guard certificate.notValidBefore <= now, now < certificate.notValidAfter else {
            throw CertificateAuthorityError.outsideValidity(file: origin.certificate)
        }
        guard try Self.maySign(certificate) else {
            throw CertificateAuthorityError.notAnAuthority(file: origin.certificate)
        }
        self.certificate = certificate
        self.key = key
        certificatePEM = try certificate.serializeAsPEM().pemString
    }

    /// Reads what `certificatePEM` and `keyPEM` of another authority said.
    /// - Parameter origin: where both come from, for messages.
    /// - Throws: `CertificateAuthorityError`.
    public init(certificatePEM: String, keyPEM: String, origin: String, at now: Date) throws {
        guard let certificate = try? Certificate(pemEncoded: certificatePEM) else {
            throw CertificateAuthorityError.notPEM(file: origin, expected: "certificate")
        }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: keyPEM) else {
            throw CertificateAuthorityError.wrongKeyType(file: origin)
        }
        try self.init(certificate: certificate, key: key, origin: (origin, origin), at: now)
    }

    /// A new authority with a fresh key.
    public static func make(_ terms: Terms = .egress, at now: Date = Date()) throws -> CertificateAuthority {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName {
            OrganizationName("Palana")
            CommonName("\(terms.name) \(String(UInt32.random(in: .min ... .max), radix: 16))")
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-terms.backDate),
            notValidAfter: now.addingTimeInterval(terms.validity),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: .init(key.publicKey))
            },
            issuerPrivateKey: .init(key))
        return try CertificateAuthority(
            certificate: certificate, key: key, origin: ("the new certificate", "the new key"), at: now)
    }

    public var validFrom: Date { certificate.notValidBefore }
    public var validUntil: Date { certificate.notValidAfter }

    /// PKCS #8, for the place where the authority is kept and for no other.
    package var keyPEM: String { key.pemRepresentation }

    /// First ten hex digits of the certificate's SHA-256: which authority a leaf came from.
    public var fingerprint: String {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(certificate)
            return SHA256.hash(data: serializer.serializedBytes).prefix(5).map { String(format: "%02x", $0) }.joined()
        }
    }

    private static func maySign(_ certificate: Certificate) throws -> Bool {
        guard case .isCertificateAuthority = try certificate.extensions.basicConstraints else { return false }
        guard let usage = try certificate.extensions.keyUsage else { return true }
        return usage.keyCertSign
    }
}
