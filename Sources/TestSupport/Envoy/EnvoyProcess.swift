public import Foundation
import Synchronization

/// A real Envoy for one test: started in a private folder, stopped by its id.
public final class EnvoyProcess: Sendable {
    public struct NotReady: Error, CustomStringConvertible {
        public let log: String
        public var description: String { "envoy did not become ready; its log:\n\(log)" }
    }

    private let process: Mutex<Process>
    private let logFile: URL
    private let adminSocket: String

    public let processID: Int32

    /// Starts Envoy. It isn't ready before `waitUntilReady`.
    public init(executable: String, arguments: [String], adminSocket: String, folder: URL) throws {
        logFile = folder.appendingPathComponent("envoy.log")
        try Data().write(to: logFile)
        let output = try FileHandle(forWritingTo: logFile)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        process.environment = ["PATH": "/usr/bin:/bin"]
        try process.run()
        processID = process.processIdentifier
        self.adminSocket = adminSocket
        self.process = Mutex(process)
    }

    public var isRunning: Bool { process.withLock { $0.isRunning } }

    public var log: String { (try? String(contentsOf: logFile, encoding: .utf8)) ?? "" }

    /// Resident memory in bytes.
    public var residentBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/\(processID)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }

    /// Asks the admin socket.
    public func admin(_ path: String) throws -> String {
        let curl = Process()
        let pipe = Pipe()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        curl.arguments = ["-s", "--max-time", "5", "--unix-socket", adminSocket, "http://envoy\(path)"]
        curl.standardOutput = pipe
        try curl.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        curl.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }

    /// One counter or gauge.
    public func statistic(_ name: String) throws -> Int {
        let text = try admin("/stats?filter=^\(name)$")
        return Int(text.split(separator: ":").last?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "") ?? 0
    }

    public func waitUntilReady(within limit: Duration = .seconds(20)) async throws {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            guard isRunning else { break }
            if try admin("/ready").hasPrefix("LIVE") { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw NotReady(log: log)
    }

    /// Ends it and waits for the end.
    public func stop() {
        process.withLock { process in
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
