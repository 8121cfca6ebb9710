import Foundation
import Glibc
import LocalPlatform
import ServiceSupport
import Synchronization
import TestSupport

/// A real `palana up` with a world to talk to. Its child processes end with the test's process, however that ends.
final class PlatformFixture: Sendable {
    let folder: TemporaryFolder
    let world: World
    let state: String
    let log: String
    private let place: Place
    private let platform: Mutex<ChildProcess>

    /// The running platform of the suite (see ``WithPlatform``).
    @TaskLocal static var current: PlatformFixture?

    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private init(folder: TemporaryFolder, world: World, place: Place, platform: ChildProcess) {
        self.folder = folder
        self.world = world
        self.place = place
        self.platform = Mutex(platform)
        state = folder.path("s")
        log = folder.path("up.log")
    }

    /// Starts everything, runs `body`, stops everything; tells the platform's logs when `body` throws.
    /// - Parameter settings: the text of `config.yaml`.
    static func with(
        _ place: Place = .plain, settings: String? = nil, _ body: (PlatformFixture) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try place.prepare(folder)
        let world = try await World(folder: folder)
        defer { world.stop() }
        if let settings {
            try FileManager.default.createDirectory(
                atPath: folder.path("s"), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            try Data(settings.utf8).write(to: URL(fileURLWithPath: folder.path("s/config.yaml")))
        }
        let fixture = PlatformFixture(
            folder: folder, world: world, place: place, platform: try start(folder, world, place))
        do {
            try await fixture.waitUntilReady()
            try await body(fixture)
        } catch {
            print("the platform's log:\n\(fixture.logText.suffix(6_000))")
            _ = await fixture.end(by: SIGTERM)
            throw error
        }
        _ = await fixture.end(by: SIGTERM)
    }

    private static func start(_ folder: TemporaryFolder, _ world: World, _ place: Place) throws -> ChildProcess {
        var environment = ProcessInfo.processInfo.environment
        environment["PALANA_TOOLS"] = nil
        for name in environment.keys where name.hasPrefix("VAULT_") { environment[name] = nil }
        environment.merge(place.environment(folder)) { $1 }
        let words =
            try place.launcher(folder) + [place.program(folder), "up", "--state", folder.path("s")] + world.flags
        return try ChildProcess.start(
            ChildProcessConfiguration(
                guardPath: "\(ownPrograms)/palana-guard", executable: words[0], arguments: Array(words.dropFirst()),
                environment: environment, output: .log(try CappedLog(path: folder.path("up.log")))))
    }

    private func waitUntilReady(after known: Int = 0) async throws {
        try await eventually("the platform is ready", within: .seconds(60)) {
            if let status = self.exitStatus { throw Failed(description: "palana up ended with \(status)") }
            return self.readyCount > known
        }
    }

    /// How often a platform has become ready here.
    private var readyCount: Int { logText.components(separatedBy: "palana: ready").count - 1 }

    /// Starts the platform again, which has ended.
    func startAgain() async throws {
        let known = readyCount
        let again = try Self.start(folder, world, place)
        platform.withLock { $0 = again }
        try await waitUntilReady(after: known)
    }

    /// Sends signals to the running `palana up`, without waiting.
    func signal(_ number: Int32) {
        platform.withLock { $0 }.signal(number)
    }

    /// The exit code of `palana up`, when it has ended.
    var exitStatus: Int32? { platform.withLock { $0 }.status?.code }

    /// Ends the platform by a signal, waits for it, and gives its exit code; 137 when it had to be killed after 20 s.
    func end(by number: Int32) async -> Int32 {
        let process = platform.withLock { $0 }
        process.signal(number)
        do {
            try await eventually("the platform has ended", within: .seconds(20)) { process.status != nil }
        } catch {
            process.signal(SIGKILL)
        }
        return await process.stop(grace: .zero).code
    }

    /// The running `palana up`.
    func platformID() throws -> Int32 {
        let guardian = platform.withLock { $0 }.id
        guard let child = try ProcessTree.descendants(of: guardian).first else {
            throw Failed(description: "the platform does not run")
        }
        return child.id
    }

    var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    // MARK: - The command line

    private static let checkout = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The program that was built with the tests.
    static let program = checkout.appending(path: ".build/debug/palana").path

    /// Where `make` leaves the two small C programs.
    static let ownPrograms = checkout.appending(path: "sandbox-init/build").path

    /// Runs `palana` against this platform, to its end.
    @discardableResult
    func palana(_ arguments: String..., input: String = "", file: String? = nil) async throws -> CommandResult {
        try await palana(arguments, input: input)
    }

    func palana(_ arguments: [String], input: String = "") async throws -> CommandResult {
        let words = try place.clientLauncher(folder) + [place.program(folder)] + arguments
        let environment = place.environment(folder).merging(["PALANA_STATE": try visibleState()]) { $1 }
        return try await Command.run(words[0], Array(words.dropFirst()), environment: environment, input: input)
    }

    /// Where this process sees the state folder.
    func visibleState() throws -> String { try place.visibleState(folder, platform: platformID) }

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
        // It answers with 5 while a part is on its way back.
        let result = try await palana("status", "-o", "json")
        guard [0, 5].contains(result.status), !result.output.isEmpty else { throw Failed(description: "\(result)") }
        return try JSONDecoder().decode(Status.self, from: Data(result.output.utf8))
    }

    /// The program of a part that `palana status` lists.
    func program(of part: String) async throws -> Int32 {
        guard let pid = try await status().parts.first(where: { $0.name == part })?.pid else {
            throw Failed(description: "\(part) has no process")
        }
        return Int32(pid)
    }

    /// The process that started it and watches over it.
    func guardian(of part: String) async throws -> Int32 {
        guard let parent = ProcessTree.parent(of: try await program(of: part)) else {
            throw Failed(description: "\(part) has no process")
        }
        return parent
    }

    /// All files of the audit log, as text.
    func auditText() throws -> String {
        let folder = "\(try visibleState())/audit"
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
