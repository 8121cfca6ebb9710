import Crypto
public import Foundation
import SwiftASN1
import X509

extension CertificateAuthority {
    /// Reads `ca.pem` and `ca-key.pem` from a folder, or makes both there at the first start. The key is 0600 from its
    /// birth; both files are written aside and renamed, the certificate last, so that a crash leaves no half authority
    /// that a next start would take.
    ///
    /// - Throws: `CertificateAuthorityError`.
    public static func loadOrMake(in folder: URL, at now: Date = Date()) throws -> CertificateAuthority {
        let certificate = folder.appendingPathComponent("ca.pem")
        let key = folder.appendingPathComponent("ca-key.pem")
        let files = FileManager.default
        if files.fileExists(atPath: certificate.path) {
            guard files.fileExists(atPath: key.path) else {
                throw CertificateAuthorityError.halfMissing(missing: key.path)
            }
            return try load(certificate: certificate, key: key, at: now)
        }
        let made = try make(at: now)
        try write(made.key.pemRepresentation, to: key, mode: 0o600)
        try write(made.certificatePEM, to: certificate, mode: 0o644)
        return made
    }

    /// Reads an authority that an administrator gave: a PEM certificate and its P-256 key, which others can't read.
    public static func load(certificate: URL, key: URL, at now: Date = Date()) throws -> CertificateAuthority {
        try refuseOpenFile(key)
        guard let parsed = try? Certificate(pemEncoded: try read(certificate)) else {
            throw CertificateAuthorityError.notPEM(file: certificate.path, expected: "certificate")
        }
        let keyText = try read(key)
        guard keyText.contains("PRIVATE KEY-----") else {
            throw CertificateAuthorityError.notPEM(file: key.path, expected: "private key")
        }
        guard let parsedKey = try? P256.Signing.PrivateKey(pemRepresentation: keyText) else {
            throw CertificateAuthorityError.wrongKeyType(file: key.path)
        }
        return try CertificateAuthority(
            certificate: parsed, key: parsedKey, origin: (certificate.path, key.path), at: now)
    }

    private static func read(_ file: URL) throws -> String {
        do {
            return try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw CertificateAuthorityError.unreadable(file: file.path, reason: error.localizedDescription)
        }
    }

    private static func refuseOpenFile(_ file: URL) throws {
        let mode: Int
        do {
            let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
            mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        } catch {
            throw CertificateAuthorityError.unreadable(file: file.path, reason: error.localizedDescription)
        }
        guard mode & 0o077 == 0 else { throw CertificateAuthorityError.openToOthers(file: file.path) }
    }

    private static func write(_ text: String, to file: URL, mode: mode_t) throws {
        let aside = file.path + ".new"
        unlink(aside)
        let descriptor = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw writeFailure(aside) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == bytes.count, synced == 0, rename(aside, file.path) == 0 else {
            let failure = writeFailure(file.path)
            unlink(aside)
            throw failure
        }
    }

    private static func writeFailure(_ file: String) -> CertificateAuthorityError {
        .unwritable(file: file, reason: String(cString: strerror(errno)))
    }
}
