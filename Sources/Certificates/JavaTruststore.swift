import Crypto
import Foundation

/// A Java keystore with trusted certificates, which is what JVMs read where others read PEM.
///
/// The format is Sun's JKS: big-endian numbers, strings with two bytes of length, and at the end a SHA-1 over password,
/// a fixed phrase and the content (OpenJDK, sun.security.provider.JavaKeyStore). It keeps nothing secret and JVMs don't
/// ask for the password of a truststore; "changeit" is what every JVM's own has.
public struct JavaTruststore: Sendable {
    /// DER.
    let certificates: [[UInt8]]

    private static let password = "changeit"

    /// - Parameter pem: one or more certificates.
    /// - Throws: `CertificateAuthorityError` when there is none in it.
    public init(pem: String) throws(CertificateAuthorityError) {
        certificates = pem.components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst().compactMap { part in
            guard let end = part.range(of: "-----END CERTIFICATE-----") else { return nil }
            return Data(base64Encoded: String(part[..<end.lowerBound]), options: .ignoreUnknownCharacters).map(
                Array.init)
        }
        guard !certificates.isEmpty else { throw .notPEM(file: "the CA bundle", expected: "certificate") }
    }

    /// The keystore as a file.
    public var bytes: [UInt8] {
        var content: [UInt8] = Self.number(UInt32(0xfeed_feed)) + Self.number(UInt32(2))
        content += Self.number(UInt32(certificates.count))
        for (index, certificate) in certificates.enumerated() {
            content += Self.number(UInt32(2)) + Self.string("palana-\(index)") + Self.number(UInt64(0))
            content += Self.string("X.509") + Self.number(UInt32(certificate.count)) + certificate
        }
        var digest = Insecure.SHA1()
        digest.update(data: Self.password.utf16.flatMap { Self.number($0) })
        digest.update(data: Array("Mighty Aphrodite".utf8))
        digest.update(data: content)
        return content + Array(digest.finalize())
    }

    private static func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func string(_ text: String) -> [UInt8] {
        number(UInt16(text.utf8.count)) + Array(text.utf8)
    }
}
