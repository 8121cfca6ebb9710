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
    private let lastProblem = Mutex<String?>("no policies are in force yet")

    init(directory: ClusterAgentDirectory, publisher: PolicyPublisher, logger: Logger) {
        self.directory = directory
        self.publisher = publisher
        self.logger = logger
    }

    /// Why what is in force isn't what the cluster holds; nil when it is.
    var problem: String? { lastProblem.withLock { $0 } }

    func run() async {
        for await policies in directory.policyChanges().cancelOnGracefulShutdown() {
            await cancelWhenGracefulShutdown { await self.publish(policies) }
        }
    }

    private func publish(_ policies: [EgressPolicy]) async {
        while !Task.isCancelled {
            do {
                try await publisher.publish(policies.map { PolicyRules($0) })
                lastProblem.withLock { $0 = nil }
                return
            } catch let problem as PolicyProblem {
                // Nothing but a change of the policies mends it.
                note("the policies can't be put in force: \(problem)")
                return
            } catch {
                note("OPA can't be given the policies: \(error)")
            }
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    private func note(_ problem: String) {
        let isNews = lastProblem.withLock { last in
            defer { last = problem }
            return last != problem
        }
        if isNews { logger.error("policies.not-in-force", metadata: ["reason": "\(problem)"]) }
    }
}
