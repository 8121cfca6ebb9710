import ClusterPlatform
import Foundation
import KubernetesClient
import Logging
import PlatformAPI
import Synchronization

/// Where a command acts.
enum PlatformContext {
    case machine
    case cluster(ClusterContext)
}

/// A context of kubeconfig files, with what the person chose for it.
struct ClusterContext {
    var choice: ContextChoice
    var kubeconfig: Kubeconfig

    /// The API server's address, for lists.
    func server() throws(KubernetesFailure) -> String {
        try kubeconfig.configuration(context: choice.name).server.description
    }

    /// - Parameter namespace: given with the command; wins over the one that was chosen for the context.
    func operations(namespace: String?) throws -> ClusterOperations {
        ClusterOperations(
            client: try client(), namespace: namespace ?? choice.namespace, place: try choice.place()
        ) { sentence in
            Terminal.warn("\(ActingContext.prefix): \(Terminal.visible(sentence))")
        }
    }

    func client() throws -> KubernetesClient {
        ActingContext.enter(choice.name)
        do {
            return try KubernetesClient(
                kubeconfig.configuration(context: choice.name),
                logger: Logger(label: "palana", factory: { _ in SwiftLogNoOpLogHandler() }))
        } catch {
            throw CommandFailure(.failed, error.message)
        }
    }
}

extension ContextChoice {
    fileprivate func place() throws -> ClusterAPIPlace? {
        guard let api else { return nil }
        return ClusterAPIPlace(url: api, authority: try apiAuthority.map(InputFile.text))
    }
}

/// The cluster that this process's one command acts on, for what it says when it fails.
enum ActingContext {
    private static let name = Mutex<String?>(nil)

    static func enter(_ context: String) { name.withLock { $0 = context } }

    /// What messages begin with: `palana`, or `palana (context prod)`.
    static var prefix: String {
        name.withLock { $0 }.map { "palana (context \(Terminal.visible($0)))" } ?? "palana"
    }
}
