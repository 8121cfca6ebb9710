import ClusterGateway
import Logging
import OPAClient
import PalanaCore
import ServiceLifecycle
import Synchronization

/// Puts the cluster's policies in force as they change. Until the first set is, every request is refused; a set that can't
/// be leaves the one before it.
final class PolicyFollower: Service {
    private let directory: ClusterAgentDirectory
    private let publisher: PolicyPublisher
    private let logger: Logger
    private let standing = Mutex(PolicyStanding())

    init(directory: ClusterAgentDirectory, publisher: PolicyPublisher, logger: Logger) {
        self.directory = directory
        self.publisher = publisher
        self.logger = logger
    }

    /// Why this replica can decide nothing; nil when it can.
    var missing: String? { standing.withLock(\.missing) }

    func run() async {
        for await policies in directory.policyChanges().cancelOnGracefulShutdown() {
            await cancelWhenGracefulShutdown { await self.publish(policies) }
        }
    }

    private func publish(_ policies: [EgressPolicy]) async {
        while !Task.isCancelled {
            do {
                try await publisher.publish(policies.map { PolicyRules($0) })
                standing.withLock { $0.published() }
                return
            } catch let problem as PolicyProblem {
                // Nothing but a change of the policies mends it.
                note { $0.refused("the policies can't be put in force: \(problem)") }
                return
            } catch {
                note { $0.failed("OPA can't be given the policies: \(error)") }
            }
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    private func note(_ change: (inout PolicyStanding) -> Bool) {
        let problem = standing.withLock { change(&$0) ? $0.problem : nil }
        if let problem { logger.error("policies.not-in-force", metadata: ["reason": "\(problem)"]) }
    }
}
