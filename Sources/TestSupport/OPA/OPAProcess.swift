public import Foundation
import Synchronization

/// A real OPA on a socket of its own, in a private folder that goes away with it. For tests.
public final class OPAProcess: Sendable {
    /// Why OPA could not be had; the sentence says what to do.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// Absolute path of the program: `$PALANA_TOOLS`, then `PATH`, then the cache that the set-up fills.
    public static func executable() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? NSHomeDirectory()
        let folders =
            [environment["PALANA_TOOLS"]].compactMap(\.self)
            + (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["\(home)/.cache/palana/bin"]
        let found = folders.map { "\($0)/opa" }.first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else {
            throw Failure(description: "opa is neither on PATH nor in ~/.cache/palana/bin; run the set-up")
        }
        return found
    }

    public let folder: URL
    public var socketPath: String { folder.appendingPathComponent("s/opa.sock").path }
    private let arguments: @Sendable (String) -> [String]
    private let process: Mutex<Process>

    /// Starts OPA and runs `body`; stops it and removes its folder afterwards, also when `body` fails.
    /// - Parameter arguments: of the `opa` program, given the socket's path.
    public static func with<Result>(
        arguments: @escaping @Sendable (String) -> [String], _ body: (OPAProcess) async throws -> Result
    ) async throws -> Result {
        let opa = try OPAProcess(arguments: arguments)
        defer { opa.remove() }
        try await opa.waitUntilListening()
        return try await body(opa)
    }

    private init(arguments: @escaping @Sendable (String) -> [String]) throws {
        folder = URL(fileURLWithPath: "/tmp/p\(UInt32.random(in: 0 ... .max))")
        self.arguments = arguments
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("s"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        process = Mutex(Process())
        try start()
    }

    public var pid: Int32 { process.withLock(\.processIdentifier) }

    /// Starts a new OPA on the same socket; the one before must be gone.
    public func restart() async throws {
        try start()
        try await waitUntilListening()
    }

    /// Ends OPA without a chance to tidy up, and waits until it is gone.
    public func killNow() {
        signal(SIGKILL)
        process.withLock(\.self).waitUntilExit()
    }

    /// Sends any signal, e.g. SIGSTOP and SIGCONT.
    public func signal(_ number: Int32) {
        kill(pid, number)
    }

    private func start() throws {
        let next = Process()
        next.executableURL = URL(fileURLWithPath: try Self.executable())
        next.arguments = arguments(socketPath)
        next.environment = ["HOME": folder.path]
        next.standardInput = FileHandle.nullDevice
        next.standardOutput = FileHandle.nullDevice
        next.standardError = FileHandle.nullDevice
        try next.run()
        process.withLock { $0 = next }
    }

    private func waitUntilListening() async throws {
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            if Self.accepts(socketPath) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Failure(description: "OPA did not listen on \(socketPath) within 20 s")
    }

    private static func accepts(_ path: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func remove() {
        if process.withLock(\.isRunning) { killNow() }
        // A folder in /tmp that can't be removed is no reason to fail a test.
        try? FileManager.default.removeItem(at: folder)
    }
}
