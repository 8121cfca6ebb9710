public import Foundation
import Synchronization

/// A real `bao` process of a test's own: started, killed and restarted by pid.
public final class OpenBaoProcess: Sendable {
    private let executable: String
    private let arguments: [String]
    private let environment: [String: String]
    /// What it wrote to standard output and standard error, over all starts.
    public let log: URL
    private let process = Mutex<Process?>(nil)

    /// - Parameter environment: all of the process's environment.
    public init(executable: String, arguments: [String], environment: [String: String], log: URL) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.log = log
    }

    deinit {
        kill()
    }

    /// The pid while it runs.
    public var pid: Int32? { process.withLock { $0?.processIdentifier } }

    public func start() throws {
        let output = try appendingHandle()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        self.process.withLock { $0 = process }
    }

    /// Orderly, by SIGTERM; returns when it is gone.
    public func stop() {
        end(SIGTERM)
    }

    /// By SIGKILL, as in a crash; returns when it is gone.
    public func kill() {
        end(SIGKILL)
    }

    private func end(_ signal: Int32) {
        let ending = process.withLock { process in
            defer { process = nil }
            return process
        }
        guard let ending else { return }
        if ending.isRunning { _ = Foundation.kill(ending.processIdentifier, signal) }
        ending.waitUntilExit()
    }

    private func appendingHandle() throws -> FileHandle {
        if !FileManager.default.fileExists(atPath: log.path) {
            try Data().write(to: log)
        }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        return handle
    }
}
