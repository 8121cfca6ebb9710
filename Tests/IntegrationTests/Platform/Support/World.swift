import Foundation
import Synchronization
import TestSupport

/// The servers of `world.py`: an HTTPS API that echoes in many ways, and DNS, on a loopback network of their own.
final class World: Sendable {
    struct Ports: Decodable, Sendable {
        var secure: Int
        var plain: Int
        var `private`: Int
        var dns: Int
        /// SHA-256 of the header that the API insists on, as it stands in the list of requests.
        var digest: String
    }

    static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Scripts")

    let ports: Ports
    let network: String
    /// The value that the API insists on.
    let key: String
    private let folder: String
    private let process: Mutex<Process>
    /// Held open: the servers end with it.
    private let input: Pipe

    init(folder: TemporaryFolder) async throws {
        let place = folder.path("world")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let network = "127.\(Int.random(in: 90...250)).\(Int.random(in: 1...250))"
        let process = Process()
        let (into, out) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", Self.scripts.appending(path: "world.py").path, place, network]
        process.standardInput = into
        process.standardOutput = out
        try process.run()
        let reader = out.fileHandleForReading
        let line: Data = await withCheckedContinuation { continuation in
            // One line, written at once when all servers listen.
            DispatchQueue.global().async { continuation.resume(returning: reader.availableData) }
        }
        ports = try JSONDecoder().decode(Ports.self, from: line)
        key = try String(contentsOfFile: "\(place)/key", encoding: .utf8)
        self.network = network
        self.folder = place
        input = into
        self.process = Mutex(process)
    }

    func stop() {
        process.withLock { process in
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Arguments of `palana up` that make this world reachable.
    var flags: [String] {
        let hosts = ["api", "other", "denied", "plain"].map { "\($0).e2e.test=\(network).0/24" }
        return ["--trust-ca", "\(folder)/ca.pem", "--resolver", "\(network).53:\(ports.dns)"]
            + hosts.flatMap { ["--allow-private", $0] }
    }

    var keyFile: String { "\(folder)/key" }

    /// A line for each request that arrived: host, method, target, SHA-256 of its Authorization header.
    func requests() throws -> [String] {
        try String(contentsOfFile: "\(folder)/requests", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// One stream that was held open, in seconds since 1970.
    struct Stream: Sendable {
        var kind: String
        var agent: String
        var lastByte: Double
        var end: Double
    }

    /// How many streams began so far.
    func begunStreams() throws -> Int { try streamLines().count { $0.first == "begin" } }

    /// Those that are over.
    func endedStreams() throws -> [Stream] {
        try streamLines().compactMap { words in
            let path = words.count == 4 ? words[1].split(separator: "/").map(String.init) : []
            guard words.first == "end", path.count == 3, let last = Double(words[2]), let end = Double(words[3]) else {
                return nil
            }
            return Stream(kind: path[1], agent: path[2], lastByte: last, end: end)
        }
    }

    private func streamLines() throws -> [[String]] {
        try String(contentsOfFile: "\(folder)/streams", encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: " ").map(String.init) }
    }

    /// Names that were asked for.
    func lookups() throws -> [String] {
        try String(contentsOfFile: "\(folder)/lookups", encoding: .utf8).split(separator: "\n").map(String.init)
    }
}
