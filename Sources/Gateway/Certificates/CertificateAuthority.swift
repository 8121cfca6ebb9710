import Crypto
public import Foundation
import SwiftASN1
public import X509

/// The authority whose certificate agents trust and whose key signs the leaves that Envoy serves them (P-256). Its key
/// never leaves this process and its own file.
public struct CertificateAuthority: Sendable {
    public let certificate: Certificate
    let key: P256.Signing.PrivateKey

    /// What agents are given to trust.
    public let certificatePEM: String

    /// - Throws: `CertificateAuthorityError`, naming `origin` (a file name for people).
    init(
        certificate: Certificate, key: P256.Signing.PrivateKey, origin: (certificate: String, key: String), at now: Date
    )
        throws
    {
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

    /// A new authority with a fresh key, valid for ten years from a day ago (clocks differ).
    public static func make(at now: Date = Date()) throws -> CertificateAuthority {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName {
            OrganizationName("Palana")
            CommonName("Palana egress authority \(String(UInt32.random(in: .min ... .max), radix: 16))")
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now.addingTimeInterval(-86_400), notValidAfter: now.addingTimeInterval(3650 * 86_400),
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
