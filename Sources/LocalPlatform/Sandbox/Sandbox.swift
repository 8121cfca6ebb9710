import Dispatch
public import Glibc
import PalanaCore

/// One running sandbox: `palana-guard` → bubblewrap → `palana-init` → the agent.
///
/// Start it, then have one task ``supervise()`` it to its end; that task also puts away what the sandbox held. When
/// this process dies the kernel ends the sandbox within a second.
public final class Sandbox: Sendable {
    /// The agent itself.
    public let agent: SandboxProcess
    /// The launcher's number on the host.
    public var id: pid_t { child.id }

    private let configuration: SandboxConfiguration
    private let child: ChildProcess
    private let channel: ControlChannel
    private let group: ControlGroup?
    private let workspace: Workspace
    private let mounts: [CheckedMount]
    private let state: SandboxState

    /// Makes the sandbox and starts the agent in it.
    /// - Parameters:
    ///   - mounts: the agent's mounts, as ``MountCheck`` passed them.
    ///   - streams: what the agent reads and writes; nil = no input, output into the configuration's log.
    ///   - deadline: how long the sandbox may take to be ready.
    /// - Throws: ``SandboxError``; nothing is left behind then.
    public static func start(
        _ configuration: SandboxConfiguration, mounts: [CheckedMount] = [], streams: SandboxStreams? = nil,
        deadline: Duration = .seconds(15)
    ) async throws -> Sandbox {
        let workspace = Workspace(
            configuration: configuration.workspace, mode: configuration.mode, user: configuration.user,
            tools: configuration.tools)
        try await workspace.open()
        do {
            let sandbox = try Sandbox(configuration, mounts: mounts, workspace: workspace)
            do {
                try await sandbox.begin(streams, deadline: deadline)
                return sandbox
            } catch {
                sandbox.child.signal(SIGKILL)
                _ = await sandbox.supervise()
                throw error
            }
        } catch {
            await workspace.close()
            throw error
        }
    }

    private init(_ configuration: SandboxConfiguration, mounts: [CheckedMount], workspace: Workspace) throws {
        self.configuration = configuration
        self.workspace = workspace
        self.mounts = mounts
        let launch = try SandboxLaunch(configuration, mounts: mounts)
        group = try ControlGroup.make(
            configuration.controlGroup, method: configuration.limitMethod, limits: configuration.limits)
        let (ours, theirs) = try Descriptor.pair()
        let state = SandboxState()
        self.state = state
        channel = ControlChannel(
            ours, handler: { state.handle(id: $0, $1, $2) },
            closed: { state.close(.failed("The sandbox has ended")) })
        agent = SandboxProcess(id: 1, channel: channel)
        state.add(agent)
        do {
            child = try ChildProcess.start(launch.configuration(control: theirs, group: group))
        } catch {
            _ = group?.remove()
            throw error
        }
        channel.open()
    }

    /// Waits for PID 1, then has it start the agent.
    private func begin(_ streams: SandboxStreams?, deadline: Duration) async throws {
        do {
            try await withDeadline(deadline) { try await self.state.ready.value().get() }
        } catch is DeadlineExceeded {
            throw SandboxError.failed("The sandbox wasn't ready within \(deadline)")
        } catch is SandboxError {
            throw SandboxError.failed(
                "The sandbox could not be made: \(SandboxLaunch.complaint(configuration))")
        }
        try await start(
            agent, StartRequest(isAgent: true, arguments: configuration.command, environment: [:]), environment: [:],
            streams: streams ?? logged())
    }

    private func logged() throws(ChildProcessError) -> SandboxStreams {
        let output = try configuration.log.writer()
        return .descriptors(input: try .open("/dev/null", flags: O_RDONLY), output: output, error: output)
    }

    /// Starts a program beside the agent, confined exactly as it is.
    /// - Parameters:
    ///   - environment: variables beside those that every program of the agent gets.
    ///   - folder: where it starts.
    public func exec(
        _ arguments: [String], environment: [String: String] = [:], folder: String = "/data", streams: SandboxStreams
    ) async throws -> SandboxProcess {
        let process = SandboxProcess(id: state.nextID(), channel: channel)
        state.add(process)
        let request = StartRequest(arguments: arguments, environment: [:], folder: folder)
        try await start(process, request, environment: environment, streams: streams)
        return process
    }

    private func start(
        _ process: SandboxProcess, _ request: StartRequest, environment: [String: String], streams: SandboxStreams
    ) async throws {
        var request = request
        var descriptors: [Descriptor] = []
        switch streams {
        case .terminal(let size): request.terminal = size
        case .descriptors(let input, let output, let error): descriptors = [input, output, error]
        }
        request.environment = SandboxEnvironment.variables(
            own: configuration.environment.merging(environment) { _, new in new }, agent: configuration.agent.rawValue,
            terminal: request.terminal != nil)
        if let fault = request.fault() { throw SandboxError.refused("Can't start a program in the sandbox: \(fault)") }
        try await channel.send(.start(request), id: process.id, descriptors: descriptors)
        _ = try await process.start.value().get()
    }

    /// Sends a signal to the agent and its group.
    public func signal(_ number: Int32) async throws {
        try await agent.signal(number)
    }

    /// Asks the agent to end, and ends the whole sandbox after `grace`. ``supervise()`` returns then.
    public func stop(grace: Duration) async {
        let milliseconds = UInt32(
            clamping: grace.components.seconds * 1000 + grace.components.attoseconds / 1_000_000_000_000_000)
        // A PID 1 that takes no requests any more is killed all the same below.
        try? await channel.send(.stop(graceMilliseconds: milliseconds), id: agent.id)
        _ = try? await withDeadline(grace + .seconds(1)) { try await self.child.wait() }
        child.signal(SIGKILL)
    }

    /// Stops all processes in the sandbox where they are, or lets them go on.
    public func setPaused(_ paused: Bool) {
        let pause = SandboxPause(launcher: child.id)
        paused ? pause.stop() : pause.go()
    }

    /// Makes all processes in the sandbox stand still, against their will.
    /// - Returns: whether they do by `deadline`.
    func freeze(until deadline: ContinuousClock.Instant) async -> Bool {
        if let freezer = group?.freezer { return await freezer.freeze(until: deadline) }
        let pause = SandboxPause(launcher: child.id)
        while true {
            // PID 1 stops all at once, which no fork slips through. Where it doesn't answer, one after the other must do.
            _ = try? await withDeadline(.milliseconds(100)) {
                try await self.channel.send(.pause(true), id: self.agent.id)
            }
            let pass = min(deadline, .now + .milliseconds(300))
            // It reads a lot of /proc: off the tasks' threads.
            let isCalm = await withCheckedContinuation { continuation in
                DispatchQueue.global().async { continuation.resume(returning: pause.stopAll(until: pass)) }
            }
            if isCalm { return true }
            guard ContinuousClock.now < deadline else { return false }
        }
    }

    /// Lets what `freeze` stopped go on.
    func thaw() async {
        if let freezer = group?.freezer {
            freezer.thaw()
        } else {
            // A PID 1 that takes no requests: they are let go one after the other, too.
            _ = try? await withDeadline(.milliseconds(100)) {
                try await self.channel.send(.pause(false), id: self.agent.id)
            }
            SandboxPause(launcher: child.id).go()
        }
    }

    /// How much time of processors everything in the sandbox has used; nil where no control group counts it.
    var processorTime: Duration? { group?.processorTime }

    /// Ends everything in the sandbox now.
    public func kill() {
        child.signal(SIGKILL)
    }

    /// Waits for the sandbox's end, watching over its workspace, and puts away what it held. To be called by one task,
    /// once; when that task is cancelled the sandbox is killed.
    public func supervise() async -> SandboxExit {
        await withTaskGroup(of: Void.self) { tasks in
            if let size = configuration.workspace.size, !workspace.hasOwnFileSystem {
                tasks.addTask { await self.watchWorkspace(size) }
            }
            if (try? await child.wait()) == nil { child.signal(SIGKILL) }
            tasks.cancelAll()
        }
        let status = await child.waitIgnoringCancellation()
        state.close(.failed("The sandbox has ended"))
        let memoryKills = group?.memoryKills ?? 0
        await removeGroup()
        await workspace.close()
        let reason = state.reason ?? (memoryKills > 0 ? "the memory limit was reached" : nil)
        return SandboxExit(status: status, reason: reason, putAside: await sweepMounts())
    }

    /// Walks whole folders: off the tasks' threads.
    private func sweepMounts() async -> [String] {
        guard mounts.contains(where: \.isWritable) else { return [] }
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [mounts] in continuation.resume(returning: GitSweep.run(mounts)) }
        }
    }

    private func watchWorkspace(_ size: UInt64) async {
        let family = SandboxPause(launcher: child.id)
        let watch = WorkspaceWatch(
            folder: configuration.workspace.dataFolder, limit: size, processes: { family.processes() })
        guard (try? await watch.untilFull()) != nil else { return }
        state.setReason("the workspace holds more than workspace.size (\(size) bytes): remove files, or raise the size")
        child.signal(SIGKILL)
    }

    /// The group's last processes may still be on their way out.
    private func removeGroup() async {
        guard let group else { return }
        for _ in 0..<200 {
            if group.remove() { return }
            group.killAll()
            await pause(milliseconds: 2)
        }
    }
}
