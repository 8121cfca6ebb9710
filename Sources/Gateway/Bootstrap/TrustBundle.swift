public import Foundation
import SwiftASN1
import X509

/// The authorities that upstreams are verified against: the machine's, and what an administrator adds.
public enum TrustBundle {
    /// Why no bundle could be made. Reads as one sentence.
    public enum Failure: Error, Sendable, Hashable, CustomStringConvertible {
        case unreadable(file: String, reason: String)
        case noCertificate(file: String)
        case noSystemBundle

        public var description: String {
            switch self {
            case .unreadable(let file, let reason): "can't read \(file): \(reason)"
            case .noCertificate(let file): "\(file) holds no PEM certificate"
            case .noSystemBundle: "this machine has no CA bundle: install the package ca-certificates"
            }
        }
    }

    /// Where distributions keep the machine's bundle.
    public static let systemFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
    ]

    /// Writes the machine's bundle and `additions` (PEM files) into one file.
    public static func write(additions: [URL], to file: URL, systemFiles: [String] = systemFiles) throws {
        guard let system = systemFiles.first(where: { FileManager.default.isReadableFile(atPath: $0) }) else {
            throw Failure.noSystemBundle
        }
        let parts = try [URL(fileURLWithPath: system)].map(read) + additions.map(checked)
        try Data(parts.joined(separator: "\n").utf8).write(to: file, options: .atomic)
    }

    private static func checked(_ file: URL) throws -> String {
        let text = try read(file)
        guard let documents = try? PEMDocument.parseMultiple(pemString: text),
            documents.contains(where: { (try? Certificate(pemDocument: $0)) != nil })
        else { throw Failure.noCertificate(file: file.path) }
        return text
    }

    private static func read(_ file: URL) throws -> String {
        do {
            return try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw Failure.unreadable(file: file.path, reason: error.localizedDescription)
        }
    }
}
