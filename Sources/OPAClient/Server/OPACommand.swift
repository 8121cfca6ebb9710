import Foundation
import NIOHTTP1

/// How OPA is started: as a server on one Unix socket that only this user reaches, and on nothing else.
///
/// The server has no flag for capabilities. They hold because nothing but `PolicyPublisher` loads modules, which checks
/// each with `opa check --capabilities` first, and because the socket is 0600 in a folder of mode 0700.
public struct OPACommand: Sendable, Hashable {
    /// Absolute path of the `opa` program.
    public var executable: String
    /// Absolute path of the socket; its folder belongs to the platform alone.
    public var socketPath: String

    public init(executable: String, socketPath: String) {
        self.executable = executable
        self.socketPath = socketPath
    }

    /// Arguments after the program's name.
    public var arguments: [String] {
        [
            "run", "--server", "--addr", "unix://\(socketPath)", "--unix-socket-perm", "600", "--disable-telemetry",
            "--log-level", "error", "--log-format", "json", "--shutdown-grace-period", "1",
        ]
    }

    /// The whole environment. OPA takes any flag from `OPA_…` variables, so none is inherited.
    ///
    /// A decision leaves some 70 kB of garbage in a heap of a few MB, so Go's collector would run every few dozen decisions
    /// and take a third of OPA's time: it may wait longer, up to a limit. Half of the cores are left to Envoy and the
    /// gateway, which work on the same request; more threads only hand each decision around (Go documentation, runtime).
    public var environment: [String: String] {
        [
            "HOME": folder, "GOGC": "400", "GOMEMLIMIT": "512MiB",
            "GOMAXPROCS": String(max(ProcessInfo.processInfo.activeProcessorCount / 2, 1)),
        ]
    }

    private var folder: String { (socketPath as NSString).deletingLastPathComponent }

    /// Makes the socket's folder, 0700, and refuses one that others may enter or a path that a socket can't have.
    public func prepare() throws {
        guard socketPath.utf8.count <= 107 else {
            throw PolicyProblem(
                message: "The socket path \(socketPath) is longer than 107 bytes; use a shorter state folder.")
        }
        let files = FileManager.default
        try files.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let mode = (try files.attributesOfItem(atPath: folder)[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        guard mode & 0o077 == 0 else {
            throw PolicyProblem(message: "The folder \(folder) is open to others; run chmod 700 on it.")
        }
    }
}

extension OPAServer {
    /// Whether OPA answers at all. It may hold no policies yet; then every decision fails.
    public func isReady() async -> Bool {
        do {
            return try await load(.GET, "/health").status == 200
        } catch {
            return false
        }
    }
}
