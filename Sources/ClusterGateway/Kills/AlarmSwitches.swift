public import KubernetesClient
public import Logging
public import PalanaCore
public import ServiceLifecycle

/// Kills agents that have set off an alarm: on this replica at once, on all others by a KillSwitch in the platform's
/// namespace, which is made as soon as the API server takes it.
public final class AlarmSwitches: Service {
    private let client: KubernetesClient
    private let directory: ClusterAgentDirectory
    private let namespace: String
    private let audit: any AuditSink
    private let logger: Logger
    private let waiting: AsyncStream<KillSwitch>
    private let inbox: AsyncStream<KillSwitch>.Continuation

    /// Switches that wait for the API server at most. One agent sets off one alarm, since it is killed by then.
    private static let capacity = 10_000
    private static let pause = Duration.seconds(1)

    /// - Parameter namespace: the platform's own.
    public init(
        client: KubernetesClient, directory: ClusterAgentDirectory, namespace: String, audit: any AuditSink,
        logger: Logger
    ) {
        self.client = client
        self.directory = directory
        self.namespace = namespace
        self.audit = audit
        self.logger = logger
        (waiting, inbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// When this returns, the agent reaches nobody through this replica any more.
    public func raise(_ alarm: Alarm) async {
        var kill = alarm.killSwitch
        kill.metadata.namespace = namespace
        directory.apply(.killSwitch(kill))
        if case .enqueued = inbox.yield(kill) {
            logger.warning("alarm", metadata: ["agent": "\(alarm.agent)", "switch": "\(kill.metadata.name)"])
        } else {
            logger.error("alarm.here-only", metadata: ["agent": "\(alarm.agent)", "reason": "too many wait already"])
        }
        do {
            try await audit.record(alarm.event(of: kill))
        } catch {
            logger.error("audit.failed", metadata: ["event": "alarm", "reason": "\(error.reason)"])
        }
    }

    /// Makes the switches, in order, until shutdown. Another replica may serve the agent meanwhile, so nothing is given up.
    public func run() async {
        await cancelWhenGracefulShutdown {
            for await kill in self.waiting {
                while !Task.isCancelled, await !self.isMade(kill) {
                    do { try await Task.sleep(for: Self.pause) } catch { return }
                }
            }
        }
    }

    private func isMade(_ kill: KillSwitch) async -> Bool {
        do throws(KubernetesFailure) {
            try await client.create(kill)
            return true
        } catch {
            if error.reason == .alreadyExists { return true }
            logger.error(
                "alarm.not-made", metadata: ["switch": "\(kill.metadata.name)", "reason": "\(error.message)"])
            return false
        }
    }
}
