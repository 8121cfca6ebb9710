import Foundation
import Glibc
import PalanaCore
import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

/// Both modes when the tests run as root (user mode then through `setpriv`, as a user without any right), otherwise the
/// one that an ordinary user has.
let sandboxModes: [SandboxMode] = geteuid() == 0 ? [.root, .user] : [.user]

/// A sandbox in a private folder, with an echo server as its gateway.
final class SandboxFixture: Sendable {
    let folder: TemporaryFolder
    let mode: SandboxMode
    let configuration: SandboxConfiguration
    private let gateway: Mutex<ChildProcess>

    /// An ordinary user of this machine that nothing else uses.
    static let plainUser: UInt32 = 61_234

    init(
        _ mode: SandboxMode, command: [String] = ["sleep", "1000"], limits: SandboxLimits = SandboxLimits(),
        workspaceSize: UInt64? = nil, logLimit: Int = 1 << 20
    ) async throws {
        self.mode = mode
        let folder = try TemporaryFolder()
        self.folder = folder
        let tools = SandboxTools(
            guardProgram: try SandboxBuild.path(of: "palana-guard"),
            initProgram: try SandboxBuild.path(of: "palana-init"),
            bubblewrap: try Self.bubblewrap(mode, in: folder))
        for name in ["gw", "private", "workspace", "workspace/data"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
            chmod(folder.path(name), 0o700)
        }
        chmod(folder.path, 0o755)
        chmod(folder.path("private"), 0o755)
        _ = try VaultCertificates(folder: URL(filePath: folder.path), name: "a test's")  // ca.pem
        let method =
            mode == .root
            ? LimitMethod.detect(mode: .root, runtimeFolder: nil, tools: tools.folders) : .processLimits
        configuration = SandboxConfiguration(
            agent: AgentID(rawValue: "agent-test-\(UInt32.random(in: 0..<UInt32.max))"), mode: mode,
            user: mode == .root ? UserRange.first + UInt32.random(in: 1000..<60_000) : 1000, command: command,
            workspace: WorkspaceConfiguration(folder: folder.path("workspace"), size: workspaceSize),
            gatewaySocket: folder.path("gw/agent.sock"), certificateBundle: folder.path("ca.pem"), limits: limits,
            limitMethod: method, log: try CappedLog(path: folder.path("agent.log"), limit: logLimit),
            privateFolder: folder.path("private"), tools: tools)
        gateway = Mutex(try Self.startGateway(configuration))
        try await eventually { folder.exists("gw/agent.sock") }
        if mode == .user && geteuid() == 0 {
            for name in ["gw", "workspace", "workspace/data"] {
                chown(folder.path(name), Self.plainUser, Self.plainUser)
            }
        }
        openSocket()
    }

    private static func startGateway(_ configuration: SandboxConfiguration) throws -> ChildProcess {
        try ChildProcess.start(
            ChildProcessConfiguration(
                guardPath: configuration.tools.guardProgram, executable: try SandboxBuild.path(of: "palana-echo"),
                arguments: ["serve", configuration.gatewaySocket]))
    }

    /// The socket belongs to the user that PID 1 is, as it does when the platform runs as that user.
    private func openSocket() {
        chmod(folder.path("gw/agent.sock"), 0o600)
        if mode == .user && geteuid() == 0 { chown(folder.path("gw/agent.sock"), Self.plainUser, Self.plainUser) }
    }

    /// Ends the gateway and starts another at the same path.
    func restartGateway() async throws {
        gateway.withLock { $0 }.signal(SIGKILL)
        _ = try await gateway.withLock { $0 }.wait()
        unlink(folder.path("gw/agent.sock"))
        let another = try Self.startGateway(configuration)
        gateway.withLock { $0 = another }
        try await eventually { self.folder.exists("gw/agent.sock") }
        openSocket()
    }

    /// As root, user mode needs a bubblewrap that has given root up.
    private static func bubblewrap(_ mode: SandboxMode, in folder: TemporaryFolder) throws -> String {
        guard mode == .user && geteuid() == 0 else { return "/usr/bin/bwrap" }
        let path = folder.path("bwrap")
        let script =
            "#!/bin/sh\nexec setpriv --reuid=\(plainUser) --regid=\(plainUser) --clear-groups /usr/bin/bwrap \"$@\"\n"
        try Data(script.utf8).write(to: URL(filePath: path))
        chmod(path, 0o755)
        return path
    }

    /// Runs a sandbox for the time of `body`, then ends it.
    func withSandbox<Result: Sendable>(
        mounts: [CheckedMount] = [], _ body: (Sandbox) async throws -> Result
    ) async throws -> Result {
        var result: Result?
        _ = try await endOfSandbox(mounts: mounts) { result = try await body($0) }
        return try #require(result)
    }

    /// The same; returns how the sandbox ended.
    func endOfSandbox(
        mounts: [CheckedMount] = [], _ body: (Sandbox) async throws -> Void
    ) async throws -> SandboxExit {
        let tests = CheckedMount(
            source: try SandboxBuild.folder(), destination: "/tests", isWritable: false, repositories: [])
        let sandbox = try await Sandbox.start(configuration, mounts: [tests] + mounts)
        async let end = sandbox.supervise()
        do {
            try await body(sandbox)
            sandbox.kill()
            return await end
        } catch {
            sandbox.kill()
            _ = await end
            throw error
        }
    }

    /// Runs the configured command to its end.
    func runToEnd() async throws -> SandboxExit {
        let tests = CheckedMount(
            source: try SandboxBuild.folder(), destination: "/tests", isWritable: false, repositories: [])
        return await (try Sandbox.start(configuration, mounts: [tests])).supervise()
    }
}

extension Sandbox {
    /// Runs a shell script beside the agent and returns what it wrote.
    func output(of script: String) async throws -> String {
        try await run(["sh", "-c", script]).output
    }

    /// Runs a program beside the agent.
    func run(_ arguments: [String]) async throws -> (output: String, status: LocalPlatform.ExitStatus) {
        let (process, reader) = try await start(arguments)
        let io = DescriptorIO(reader)
        var bytes: [UInt8] = []
        while let more = try await io.read() { bytes += more }
        let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return (text, try await process.wait())
    }

    /// Our copy of the writing end goes with this call, so that the pipe ends with the program.
    private func start(_ arguments: [String]) async throws -> (SandboxProcess, Descriptor) {
        let (reader, writer) = try Descriptor.pipe()
        let null = try Descriptor.open("/dev/null", flags: O_RDONLY)
        return (try await exec(arguments, streams: .descriptors(input: null, output: writer, error: writer)), reader)
    }
}
