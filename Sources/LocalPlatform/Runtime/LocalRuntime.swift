import Dispatch
import Foundation
import Glibc
public import Logging
public import PalanaCore
public import ServiceLifecycle

/// Runs agents in sandboxes on this machine. As a service it watches over them and, at the end, stops them all.
public actor LocalRuntime: AgentRuntime, Service {
    /// One agent's sandbox while it is there.
    private struct Running {
        let sandbox: Sandbox
        let log: CappedLog
        let since: Timestamp
        let end = Outcome<SandboxExit>()
        var isStopping = false
        var isKilled = false
        var isFrozen = false
    }

    private let configuration: LocalRuntimeConfiguration
    private let placeholders: @Sendable (AgentID) -> [String: String]
    private let controls: @Sendable (AgentID) -> ControlOrder
    private let users: UserRange
    private let onStart: @Sendable (AgentID) async -> Void
    private let onEnd: @Sendable (AgentEnd) async -> Void
    private let logger: Logger

    private var running: [AgentID: Running] = [:]
    /// Agents on their way into `running`, or out of it: what is done to one waits for that.
    private var turning: [AgentID: Outcome<Void>] = [:]
    private var ended: [AgentID: RuntimeState] = [:]
    private var isClosed = false
    private var isPaused = false
    /// Sandboxes that nobody supervises yet. Full: the next one is not started.
    private let started = AsyncStream.makeStream(of: (AgentID, String).self, bufferingPolicy: .bufferingOldest(1_024))

    /// - Parameters:
    ///   - placeholders: the placeholders in force of an agent, by the secret's name; they go into its environment.
    ///   - controls: what is ordered about an agent; asked when one starts.
    ///   - onStart: told of each sandbox that runs, before it is told of its end.
    ///   - onEnd: told of each sandbox that ended.
    public init(
        _ configuration: LocalRuntimeConfiguration, logger: Logger,
        placeholders: @escaping @Sendable (AgentID) -> [String: String],
        controls: @escaping @Sendable (AgentID) -> ControlOrder = { _ in .free(.machine) },
        onStart: @escaping @Sendable (AgentID) async -> Void = { _ in },
        onEnd: @escaping @Sendable (AgentEnd) async -> Void
    ) throws {
        self.configuration = configuration
        self.placeholders = placeholders
        self.controls = controls
        self.onStart = onStart
        self.onEnd = onEnd
        self.logger = logger
        users = try UserRange(path: "\(configuration.dataFolder)/users.json")
    }

    // MARK: - Service

    /// Supervises every sandbox until the service is to end, then stops them.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.closeAtShutdown() }
            for await (id, name) in started.stream {
                group.addTask { await self.supervise(id, name) }
            }
        }
    }

    private func closeAtShutdown() async {
        // Both the graceful and the hard end come to the same: every agent is stopped.
        try? await gracefulShutdown()
        isClosed = true
        await withDiscardingTaskGroup { group in
            for id in Set(running.keys).union(turning.keys) {
                group.addTask { try? await self.stop(id, grace: .seconds(3)) }
            }
        }
        started.continuation.finish()
    }

    private func supervise(_ id: AgentID, _ name: String) async {
        guard let entry = running[id] else { return }
        let exit = await entry.sandbox.supervise()
        await settled(id)
        let wasStopped = running[id]?.isStopping ?? false
        let wasKilled = running[id]?.isKilled ?? false
        let turn = Outcome<Void>()
        (running[id], turning[id]) = (nil, turn)
        ended[id] = .exited(code: exit.status.code, at: Timestamp(Date()))
        logger.info(
            "agent.ended",
            metadata: ["agent": "\(id)", "status": "\(exit.status.code)", "reason": "\(exit.reason ?? "-")"])
        for path in exit.putAside {
            logger.warning("agent.git_put_aside", metadata: ["agent": "\(id)", "path": "\(path)"])
        }
        // First the record, then whoever waits for the end.
        await onEnd(
            AgentEnd(
                agent: id, name: name, exit: exit, wasStopped: wasStopped, wasKilled: wasKilled,
                isShutdown: wasStopped && !wasKilled && isClosed))
        turning[id] = nil
        turn.set(())
        entry.end.set(exit)
    }

    // MARK: - AgentRuntime

    public func start(_ agent: Agent, mounts: [AgentMount]) async throws(RuntimeFailure) {
        try await launch(agent, mounts: mounts, streams: nil)
    }

    public func startAttached(
        _ agent: Agent, mounts: [AgentMount], terminal: TerminalSize?
    ) async throws(RuntimeFailure) -> any AgentSession {
        let pipes = try terminal == nil ? Self.pipes() : nil
        let streams = terminal.map { SandboxStreams.terminal($0) } ?? pipes?.streams
        let entry = try await launch(agent, mounts: mounts, streams: streams)
        let (end, log) = (entry.end, entry.log)
        return try SandboxSession(
            entry.sandbox.agent, pipes: pipes, wait: { try await end.value().status.code },
            copy: { bytes in
                // A full disk costs the log its copy, never the person the output.
                bytes.withUnsafeBytes { try? log.append($0) }
            })
    }

    public func stop(_ id: AgentID, grace: Duration) async throws(RuntimeFailure) {
        await settled(id)
        guard let entry = running[id] else { return }
        running[id]?.isStopping = true
        await entry.sandbox.stop(grace: grace)
        _ = await entry.end.valueIgnoringCancellation()
    }

    public func kill(_ id: AgentID) async throws(RuntimeFailure) {
        await settled(id)
        guard let entry = running[id] else { return }
        running[id]?.isStopping = true
        running[id]?.isKilled = true
        entry.sandbox.kill()
        _ = await entry.end.valueIgnoringCancellation()
    }

    public func freeze(_ id: AgentID) async throws(RuntimeFailure) {
        await settled(id)
        guard let entry = running[id] else { return }
        running[id]?.isFrozen = true
        try await freeze(entry)
    }

    private func freeze(_ entry: Running) async throws(RuntimeFailure) {
        guard await entry.sandbox.freeze(until: .now + Self.freezeLimit) else {
            throw .failed("not all of its processes stood still within \(Self.freezeLimit)")
        }
    }

    /// How long processes may take to stand still: those that wait for a disk do so at once when it answers.
    private static let freezeLimit = Duration.seconds(3)

    public func thaw(_ id: AgentID) async throws(RuntimeFailure) {
        guard let entry = running[id], entry.isFrozen else { return }
        running[id]?.isFrozen = false
        await entry.sandbox.thaw()
        if isPaused { entry.sandbox.setPaused(true) }
    }

    public func exec(
        _ id: AgentID, command: [String], environment: [String: String], terminal: TerminalSize?
    ) async throws(RuntimeFailure) -> any AgentSession {
        guard let entry = running[id] else { throw .notRunning }
        guard !isPaused else { throw Self.paused }
        guard controls(id).mayExec else { throw Self.killed }
        do {
            let pipes = try terminal == nil ? SandboxSession.Pipes() : nil
            let streams = terminal.map { SandboxStreams.terminal($0) } ?? pipes?.streams
            guard let streams else { throw RuntimeFailure.failed("no streams for the process") }
            let process = try await entry.sandbox.exec(command, environment: environment, streams: streams)
            if isPaused { entry.sandbox.setPaused(true) }
            if running[id]?.isFrozen == true { try await freeze(entry) }
            return try SandboxSession(process, pipes: pipes, wait: { try await process.wait().code })
        } catch {
            throw RuntimeFailure(error)
        }
    }

    public func logs(
        _ id: AgentID, follow: Bool, tail: Int?
    ) async throws(RuntimeFailure) -> AsyncThrowingStream<[UInt8], any Error> {
        let reader = LogReader(path: logPath(id), tail: tail)
        return AsyncThrowingStream { try await reader.next(follow: follow) { await self.isRunning(id) } }
    }

    public func state(_ id: AgentID) async -> RuntimeState {
        if let entry = running[id] { return .running(pid: entry.sandbox.id, since: entry.since) }
        return ended[id] ?? .stopped
    }

    public func remove(_ agent: Agent) async throws(RuntimeFailure) {
        guard running[agent.id] == nil, turning[agent.id] == nil else { throw .failed("it still runs") }
        ended[agent.id] = nil
        let keepsData = agent.spec.workspace?.reclaim == .retain
        for folder in [filesFolder(agent.id)] + (keepsData ? [] : [workspaceFolder(agent.id)]) {
            do {
                if FileManager.default.fileExists(atPath: folder) { try FileManager.default.removeItem(atPath: folder) }
            } catch {
                throw .failed("can't remove \(folder): \(error.localizedDescription)")
            }
        }
    }

    /// Those of `ids` that run, each with the time of processors that it has used since it was started.
    public func processorTimes(of ids: Set<AgentID>) async -> [AgentID: Duration] {
        let sandboxes = running.filter { ids.contains($0.key) }.mapValues(\.sandbox)
        guard !sandboxes.isEmpty else { return [:] }
        // It reads files: off the tasks' threads.
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var times: [AgentID: Duration] = sandboxes.compactMapValues(\.processorTime)
                let others = sandboxes.filter { times[$0.key] == nil }.mapValues(\.id)
                let trees = others.isEmpty ? [:] : ProcessorTimes.below(Set(others.values))
                for (id, launcher) in others { times[id] = trees[launcher] ?? .zero }
                continuation.resume(returning: times)
            }
        }
    }

    /// How many agents run.
    public var count: Int { running.count }

    /// Stops the processes of every agent where they are, or lets them go on; for a disk that runs full. While they
    /// are stopped no agent starts and no command is added to one. Said again it stops what has woken up meanwhile.
    public func setPaused(_ paused: Bool) async {
        isPaused = paused
        // What a kill switch froze doesn't go on because there is room on the disk again.
        let sandboxes = running.values.filter { paused || !$0.isFrozen }.map(\.sandbox)
        await withDiscardingTaskGroup { group in
            for sandbox in sandboxes { group.addTask { sandbox.setPaused(paused) } }
        }
    }

    private static let paused = RuntimeFailure.unavailable(
        "the disk that holds the state folder is nearly full and agents are paused; make room and try again")

    // MARK: - Starting

    @discardableResult
    private func launch(
        _ agent: Agent, mounts: [AgentMount], streams: SandboxStreams?
    ) async throws(RuntimeFailure) -> Running {
        let id = agent.id
        await settled(id)
        guard !isClosed else { throw Self.closed }
        guard !isPaused else { throw Self.paused }
        guard controls(id).mayStart else { throw Self.killed }
        guard running[id] == nil else { throw .alreadyRunning }
        let turn = Outcome<Void>()
        turning[id] = turn
        defer {
            turning[id] = nil
            turn.set(())
        }
        do {
            let log = try makeLog(id)
            let checked = try configuration.mounts.check(mounts)
            let sandbox = try await Sandbox.start(
                try sandboxConfiguration(agent, log: log), mounts: checked, streams: streams)
            let entry = Running(sandbox: sandbox, log: log, since: Timestamp(Date()))
            try await hold(entry, id, agent.metadata.name)
            return entry
        } catch {
            throw RuntimeFailure(error)
        }
    }

    /// Has a sandbox that runs supervised, unless the platform has begun to stop while it was made.
    private func hold(_ entry: Running, _ id: AgentID, _ name: String) async throws(RuntimeFailure) {
        (running[id], ended[id]) = (entry, nil)
        guard !isClosed, controls(id).mayStart, case .enqueued = started.continuation.yield((id, name)) else {
            running[id] = nil
            entry.sandbox.kill()
            _ = await entry.sandbox.supervise()
            throw controls(id).mayStart ? Self.closed : Self.killed
        }
        // It may have been made while the disk ran full.
        if isPaused { entry.sandbox.setPaused(true) }
        await onStart(id)
    }

    /// Waits until the agent either runs or doesn't.
    private func settled(_ id: AgentID) async {
        while let turn = turning[id] { await turn.valueIgnoringCancellation() }
    }

    private static let killed = RuntimeFailure.unavailable("a kill switch holds it")

    private static let closed = RuntimeFailure.unavailable(
        "the platform is stopping, or starts too many agents at once")

    private func sandboxConfiguration(_ agent: Agent, log: CappedLog) throws -> SandboxConfiguration {
        let id = agent.id
        let limits = agent.spec.resources?.limits
        var environment = Dictionary((agent.spec.env ?? []).map { ($0.name, $0.value) }) { _, last in last }
        environment.merge(placeholders(id)) { _, placeholder in placeholder }
        return SandboxConfiguration(
            agent: id, mode: configuration.mode, user: try configuration.mode == .root ? users.user(for: id) : 1000,
            command: agent.spec.command ?? [], environment: environment,
            workspace: WorkspaceConfiguration(
                folder: workspaceFolder(id),
                size: (agent.spec.workspace?.size).flatMap(Quantities.bytes).map { UInt64($0) }),
            gatewaySocket: configuration.egressSocket(id), certificateBundle: configuration.certificateBundle,
            rootFolder: try agent.spec.image.map(configuration.mounts.check(image:)),
            limits: SandboxLimits(
                cpus: (limits?.cpu).flatMap(Quantities.millicores).map { Double($0) / 1000 },
                memory: (limits?.memory).flatMap(Quantities.bytes).map { UInt64($0) }),
            limitMethod: configuration.limitMethod, log: log, privateFolder: filesFolder(id), tools: configuration.tools
        )
    }

    private func makeLog(_ id: AgentID) throws -> CappedLog {
        for folder in [filesFolder(id), workspaceFolder(id)] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        return try CappedLog(path: logPath(id))
    }

    private static func pipes() throws(RuntimeFailure) -> SandboxSession.Pipes {
        do {
            return try SandboxSession.Pipes()
        } catch {
            throw RuntimeFailure(error)
        }
    }

    private func isRunning(_ id: AgentID) -> Bool { running[id] != nil }
    private func filesFolder(_ id: AgentID) -> String { "\(configuration.filesFolder)/\(id)" }
    private func workspaceFolder(_ id: AgentID) -> String { "\(configuration.dataFolder)/\(id)" }
    private func logPath(_ id: AgentID) -> String { "\(filesFolder(id))/output.log" }
}

extension RuntimeFailure {
    /// Any failure of the sandbox as the runtime says it.
    init(_ error: any Error) {
        switch error {
        case let failure as RuntimeFailure: self = failure
        case let error as SandboxError where error.kind == .refused: self = .refused(error.description)
        default: self = .failed("\(error)")
        }
    }
}
