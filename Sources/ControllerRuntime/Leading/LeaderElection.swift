public import KubernetesClient
public import Logging
import PalanaCore
import ServiceLifecycle
import Synchronization

/// Lets one of several processes lead, by a Lease.
public final class LeaderElection: Sendable {
    private let client: KubernetesClient
    private let configuration: LeaderElectionConfiguration
    private let clock: KubernetesClock
    private let logger: Logger
    private let leads = Mutex(false)

    public init(
        _ client: KubernetesClient, _ configuration: LeaderElectionConfiguration, clock: KubernetesClock = .continuous,
        logger: Logger = Logger(label: "leader")
    ) {
        self.client = client
        self.configuration = configuration
        self.clock = clock
        var logger = logger
        logger[metadataKey: "identity"] = "\(configuration.identity)"
        self.logger = logger
    }

    public var isLeader: Bool { leads.withLock { $0 } }

    /// Waits for the lease, then runs `body` while it is ours. When `body` ends, the lease is given back; when the
    /// service is to end before the lease is ours, this just returns.
    /// - Throws: `LeadershipLost` when the lease can't be kept: `body` is cancelled, and the process should end. What
    ///   `body` throws, otherwise.
    public func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        let start = LeaseTerm(identity: configuration.identity, duration: configuration.leaseDuration)
        guard let held = await cancelWhenGracefulShutdown({ await self.acquired(start) }) else {
            try Task.checkCancellation()
            return
        }
        logger.info("leading", metadata: ["lease": "\(configuration.namespace)/\(configuration.name)"])
        leads.withLock { $0 = true }
        defer { leads.withLock { $0 = false } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: body)
            group.addTask { try await self.keep(held) }
            defer { group.cancelAll() }
            try await group.next()
        }
        await release()
    }

    /// A lease that is ours, and when the request for it was made.
    private struct Held: Sendable {
        var term: LeaseTerm
        var since: Duration
    }

    /// - Returns: nil when cancelled.
    private func acquired(_ start: LeaseTerm) async -> Held? {
        var term = start
        while !Task.isCancelled {
            let now = clock.now()
            do throws(KubernetesFailure) {
                if try await tried(&term) { return Held(term: term, since: now) }
            } catch {
                logger.warning("lease not reached", metadata: ["error": "\(error)"])
            }
            do { try await clock.sleep(rest()) } catch { return nil }
        }
        return nil
    }

    /// Renews until that fails for too long or somebody else has the lease.
    private func keep(_ start: Held) async throws {
        var held = start
        while true {
            try await clock.sleep(configuration.retryPeriod)
            let now = clock.now()
            let left = held.since + configuration.renewDeadline - now
            guard left > .zero else { throw lost("it was not renewed in time") }
            do {
                let term = held.term
                // A call that hangs must not outlast the deadline.
                let (next, isOurs) = try await withDeadline(left, sleep: clock.sleep) { try await self.trying(term) }
                guard isOurs else { throw lost("\(next.holder ?? "somebody else") has it now") }
                held = Held(term: next, since: now)
            } catch let lost as LeadershipLost {
                throw lost
            } catch let error as KubernetesFailure where error.reason != .cancelled {
                logger.warning("lease not renewed", metadata: ["error": "\(error)"])
            } catch is DeadlineExceeded {
                throw lost("it was not renewed in time")
            }
        }
    }

    private func trying(_ start: LeaseTerm) async throws(KubernetesFailure) -> (LeaseTerm, isOurs: Bool) {
        var term = start
        let isOurs = try await tried(&term)
        return (term, isOurs)
    }

    /// Looks at the lease and takes or renews it if that is right. Whether it is ours now.
    private func tried(_ term: inout LeaseTerm) async throws(KubernetesFailure) -> Bool {
        term.see(
            try await client.find(Lease.self, configuration.name, in: configuration.namespace), now: clock.now())
        let spec = term.ours(at: MicroTime(clock.date()))
        do throws(KubernetesFailure) {
            switch term.step(now: clock.now()) {
            case .wait: return false
            case .create:
                let metadata = ObjectMeta(name: configuration.name, namespace: configuration.namespace)
                term.see(try await client.create(Lease(metadata: metadata, spec: spec)), now: clock.now())
            case .take:
                var body: JSONValue = ["spec": try JSONValue(of: spec)]
                body["metadata"] = term.version.map { ["resourceVersion": .string($0)] }
                let lease: Lease = try await client.patch(
                    Lease.self, configuration.name, in: configuration.namespace, body)
                term.see(lease, now: clock.now())
            }
            return true
        } catch {
            // Somebody was faster; the next look tells who.
            if [.conflict, .alreadyExists].contains(error.reason) { return false }
            throw error
        }
    }

    /// So that the next one needs not wait. It only saves time: if it fails the lease runs out by itself.
    private func release() async {
        let name = configuration.name
        do throws(KubernetesFailure) {
            let lease: Lease = try await client.get(Lease.self, name, in: configuration.namespace)
            guard lease.spec?.holderIdentity == configuration.identity else { return }
            var body: JSONValue = ["spec": ["holderIdentity": "", "leaseDurationSeconds": 1]]
            body["metadata"] = lease.metadata.resourceVersion.map { ["resourceVersion": .string($0)] }
            try await client.patch(Lease.self, name, in: configuration.namespace, body)
        } catch {
            logger.info("lease not given back", metadata: ["error": "\(error)"])
        }
    }

    /// Candidates don't all look at the same moment.
    private func rest() -> Duration { configuration.retryPeriod * Double.random(in: 0.8...1.2) }

    private func lost(_ reason: String) -> LeadershipLost {
        LeadershipLost("The lease \(configuration.namespace)/\(configuration.name) is lost: \(reason).")
    }
}
