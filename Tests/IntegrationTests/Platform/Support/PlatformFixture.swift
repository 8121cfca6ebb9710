import Foundation
import LocalPlatform
import ServiceSupport
import TestSupport

/// A real `palana up` with a world to talk to. Its child processes end with the test's process, however that ends.
final class PlatformFixture: Sendable {
    let folder: TemporaryFolder
    let world: World
    let state: String
    let log: String
    private let platform: ChildProcess

    /// The running platform of the suite (see ``WithPlatform``).
    @TaskLocal static var current: PlatformFixture?

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private init(folder: TemporaryFolder, world: World, platform: ChildProcess) {
        self.folder = folder
        self.world = world
        self.platform = platform
        state = folder.path("s")
        log = folder.path("up.log")
    }

    /// Starts everything, runs `body`, stops everything; tells the platform's logs when `body` throws.
    static func with(_ body: (PlatformFixture) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        let world = try await World(folder: folder)
        defer { world.stop() }
        let fixture = PlatformFixture(folder: folder, world: world, platform: try start(folder, world))
        do {
            try await fixture.waitUntilReady()
            try await body(fixture)
        } catch {
            print("the platform's log:\n\(fixture.logText.suffix(6_000))")
            _ = await fixture.platform.stop(grace: .seconds(10))
            throw error
        }
        _ = await fixture.platform.stop(grace: .seconds(10))
    }

    private static func start(_ folder: TemporaryFolder, _ world: World) throws -> ChildProcess {
        let own = checkout.appending(path: "sandbox-init/build/palana-guard").path
        var environment = ProcessInfo.processInfo.environment
        environment["PALANA_TOOLS"] = nil
        for name in environment.keys where name.hasPrefix("VAULT_") { environment[name] = nil }
        return try ChildProcess.start(
            ChildProcessConfiguration(
                guardPath: own, executable: program, arguments: ["up", "--state", folder.path("s")] + world.flags,
                environment: environment, output: .log(try CappedLog(path: folder.path("up.log")))))
    }

    private func waitUntilReady() async throws {
        try await eventually("the platform is ready", within: .seconds(60)) {
            if let status = self.platform.status { throw Failed(description: "palana up ended with \(status.code)") }
            return self.logText.contains("palana: ready")
        }
    }

    var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// The platform's own process.
    func platformID() async throws -> Int32 {
        Int32(try await status().pid)
    }

    // MARK: - The command line

    private static let checkout = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The program that was built with the tests.
    static let program = checkout.appending(path: ".build/debug/palana").path

    /// Runs `palana` against this platform, to its end.
    @discardableResult
    func palana(_ arguments: String..., input: String = "", file: String? = nil) async throws -> CommandResult {
        try await palana(arguments, input: input)
    }

    func palana(_ arguments: [String], input: String = "") async throws -> CommandResult {
        try await Command.run(Self.program, arguments, environment: ["PALANA_STATE": state], input: input)
    }

    /// The same, for a command that must succeed.
    @discardableResult
    func must(_ arguments: String..., input: String = "") async throws -> String {
        let result = try await palana(arguments, input: input)
        guard result.status == 0 else { throw Failed(description: "palana \(arguments): \(result)") }
        return result.output
    }

    /// One exchange by `probe.py` from inside the agent's sandbox.
    func probe(_ agent: String, _ exchange: Exchange) async throws -> Exchanged {
        let json = String(decoding: try JSONEncoder().encode(exchange), as: UTF8.self)
        let script = try String(contentsOf: World.scripts.appending(path: "probe.py"), encoding: .utf8)
        let text = try await must("exec", agent, "--no-tty", "--", "python3", "-", json, input: script)
        return try JSONDecoder().decode(Exchanged.self, from: Data(text.utf8))
    }

    // MARK: - What it says

    struct Status: Decodable {
        struct Part: Decodable {
            var name: String
            var state: String
            var pid: Int?
            var restarts: Int?
        }
        var pid: Int
        var parts: [Part]
    }

    func status() async throws -> Status {
        try JSONDecoder().decode(Status.self, from: Data(try await must("status", "-o", "json").utf8))
    }

    /// The process of a part that `palana status` lists.
    func process(of part: String) async throws -> Int32 {
        guard let pid = try await status().parts.first(where: { $0.name == part })?.pid else {
            throw Failed(description: "\(part) has no process")
        }
        return Int32(pid)
    }

    /// All files of the audit log, as text.
    func auditText() throws -> String {
        let folder = "\(state)/audit"
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".jsonl") }.sorted()
            .map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }.joined()
    }
}

/// Waits for a condition, by asking.
func eventually(
    _ what: String, within limit: Duration = .seconds(10), _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while !(try await condition()) {
        guard ContinuousClock.now < deadline else {
            throw PlatformFixture.Failed(description: "not in \(limit): \(what)")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
