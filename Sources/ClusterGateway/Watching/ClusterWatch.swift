public import KubernetesClient
public import Logging
import PalanaCore
public import ServiceLifecycle

/// Feeds the directory from the API server: one watch for each kind, until shutdown.
public struct ClusterWatch: Service {
    /// What marks an agent's own objects, so that no others have to be read.
    public static let agentLabel = "palana.dev/agent"

    private let client: KubernetesClient
    private let directory: ClusterAgentDirectory
    private let logger: Logger

    public init(client: KubernetesClient, directory: ClusterAgentDirectory, logger: Logger) {
        self.client = client
        self.directory = directory
        self.logger = logger
    }

    public func run() async {
        let own = Selection(labels: Self.agentLabel)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.follow(.agents, where: .all) { (agent: Agent) in .agent(agent) } }
                group.addTask { await self.follow(.templates, where: .all) { .template($0) } }
                group.addTask { await self.follow(.policies, where: .all) { .policy($0) } }
                group.addTask { await self.follow(.killSwitches, where: .all) { .killSwitch($0) } }
                group.addTask { await self.follow(.pods, where: own) { .pod($0) } }
                group.addTask { await self.follow(.services, where: own) { .service($0) } }
            }
        }
    }

    private func follow<Object: KubernetesObject>(
        _ input: ClusterInput, where selection: Selection, change: @escaping @Sendable (Object) -> ClusterChange
    ) async {
        var feed = ClusterFeed<Object>(input, change: change)
        await client.watch(Object.self, where: selection).run { told in
            if case .interrupted(let failure, let pause) = told {
                logger.warning(
                    "cluster.interrupted",
                    metadata: [
                        "kind": "\(input.rawValue)", "reason": "\(failure)", "again_in": "\(pause)",
                    ])
            }
            for change in feed.changes(for: told) { directory.apply(change) }
        }
    }
}
