import Foundation
public import Logging
import NIOSSL
public import ServiceLifecycle
import Synchronization

/// What a server shows over TLS, from files that somebody else renews; and whose client certificates it takes.
public final class ServingCertificate: Service {
    public struct Files: Sendable, Hashable {
        /// PEM, the chain from the leaf on.
        public var certificate: String
        public var key: String
        /// PEM; nil when nobody comes with a certificate.
        public var clientAuthority: String?

        public init(certificate: String, key: String, clientAuthority: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.clientAuthority = clientAuthority
        }
    }

    /// Files are read again after so long.
    private static let pause = Duration.seconds(30)

    private let files: Files
    private let logger: Logger
    private let held: Mutex<(bytes: [[UInt8]], context: NIOSSLContext)>

    /// Reads the files.
    /// - Throws: `Problem`, which names the file.
    public init(_ files: Files, logger: Logger) throws(Problem) {
        self.files = files
        self.logger = logger
        let bytes = try Self.read(files)
        held = Mutex((bytes, try Self.context(bytes, files)))
    }

    /// Why the files can't be used.
    public struct Problem: Error, CustomStringConvertible {
        public let description: String
    }

    /// For the next connection.
    var context: NIOSSLContext { held.withLock { $0.context } }

    /// Looks at the files now and then; what can't be used leaves what was read before.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                do { try await Task.sleep(for: Self.pause) } catch { return }
                do {
                    try self.refresh()
                } catch {
                    self.logger.error("certificate.not-renewed", metadata: ["reason": "\(error)"])
                }
            }
        }
    }

    func refresh() throws(Problem) {
        let bytes = try Self.read(files)
        guard held.withLock({ $0.bytes }) != bytes else { return }
        let context = try Self.context(bytes, files)
        held.withLock { $0 = (bytes, context) }
    }

    private static func read(_ files: Files) throws(Problem) -> [[UInt8]] {
        var all: [[UInt8]] = []
        for path in [files.certificate, files.key] + (files.clientAuthority.map { [$0] } ?? []) {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw Problem(description: "\(path) can't be read")
            }
            all.append([UInt8](data))
        }
        return all
    }

    private static func context(_ bytes: [[UInt8]], _ files: Files) throws(Problem) -> NIOSSLContext {
        var tls: TLSConfiguration
        do {
            tls = .makeServerConfiguration(
                certificateChain: try NIOSSLCertificate.fromPEMBytes(bytes[0]).map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: bytes[1], format: .pem)))
        } catch {
            throw Problem(description: "\(files.certificate) and \(files.key) are no certificate and key in PEM")
        }
        tls.minimumTLSVersion = .tlsv12
        if let path = files.clientAuthority {
            guard let roots = try? NIOSSLCertificate.fromPEMBytes(bytes[2]), !roots.isEmpty else {
                throw Problem(description: "\(path) holds no certificate in PEM")
            }
            tls.trustRoots = .certificates(roots)
            tls.certificateVerification = .optionalVerification
        }
        do {
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw Problem(description: "\(files.certificate) and \(files.key) don't belong together")
        }
    }
}
