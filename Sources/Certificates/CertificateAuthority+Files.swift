import Crypto
public import Foundation
import SwiftASN1
import X509

extension CertificateAuthority {
    /// Reads `ca.pem` and `ca-key.pem` from a folder, those of an administrator or of the last start, or makes both there
    /// when neither is there. The key is 0600 from its birth. Both files are written aside first, then the key is renamed,
    /// then the certificate: a start that was cut off in between is brought to its end by the next one.
    ///
    /// - Throws: `CertificateAuthorityError`.
    public static func loadOrMake(in folder: URL, at now: Date = Date()) throws -> CertificateAuthority {
        let certificate = folder.appendingPathComponent("ca.pem")
        let key = folder.appendingPathComponent("ca-key.pem")
        let files = FileManager.default
        switch (files.fileExists(atPath: certificate.path), files.fileExists(atPath: key.path)) {
        case (true, true): return try load(certificate: certificate, key: key, at: now)
        case (true, false): throw CertificateAuthorityError.halfMissing(missing: key.path)
        case (false, true): return try finish(certificate: certificate, key: key, at: now)
        case (false, false): break
        }
        let made = try make(at: now)
        try write(made.certificatePEM, to: aside(certificate), mode: 0o644)
        try write(made.key.pemRepresentation, to: aside(key), mode: 0o600)
        try rename(aside(key), to: key)
        try rename(aside(certificate), to: certificate)
        return made
    }

    /// A key without its certificate: either our own first start was cut off, and the certificate lies aside, or somebody
    /// took the certificate away. A key that may be an administrator's is never written over.
    private static func finish(certificate: URL, key: URL, at now: Date) throws -> CertificateAuthority {
        let waiting = aside(certificate)
        guard FileManager.default.fileExists(atPath: waiting.path),
            let authority = try? load(certificate: waiting, key: key, at: now)
        else { throw CertificateAuthorityError.halfMissing(missing: certificate.path) }
        try rename(waiting, to: certificate)
        return authority
    }

    private static func aside(_ file: URL) -> URL { URL(fileURLWithPath: file.path + ".new") }

    private static func rename(_ file: URL, to place: URL) throws {
        guard Glibc.rename(file.path, place.path) == 0 else { throw writeFailure(place.path) }
    }

    /// Reads an authority that an administrator gave: a PEM certificate and its P-256 key, which others can't read.
    ///
    /// - Parameter groupMayRead: of the key; how a pod that isn't root's gets at a mounted Secret (`fsGroup`).
    public static func load(
        certificate: URL, key: URL, groupMayRead: Bool = false, at now: Date = Date()
    ) throws -> CertificateAuthority {
        try refuseOpenFile(key, mask: groupMayRead ? 0o037 : 0o077)
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

    private static func refuseOpenFile(_ file: URL, mask: Int) throws {
        let mode: Int
        do {
            // A mounted Secret's files are links to those of its version in force.
            let attributes = try FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
            mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        } catch {
            throw CertificateAuthorityError.unreadable(file: file.path, reason: error.localizedDescription)
        }
        guard mode & mask == 0 else { throw CertificateAuthorityError.openToOthers(file: file.path) }
    }

    private static func write(_ text: String, to file: URL, mode: mode_t) throws {
        unlink(file.path)
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw writeFailure(file.path) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        let synced = fsync(descriptor)
        close(descriptor)
        guard written == bytes.count, synced == 0 else {
            let failure = writeFailure(file.path)
            unlink(file.path)
            throw failure
        }
    }

    private static func writeFailure(_ file: String) -> CertificateAuthorityError {
        .unwritable(file: file, reason: String(cString: strerror(errno)))
    }
}
