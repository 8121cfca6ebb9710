import ArgumentParser
import ClusterPlatform
import Foundation
import LocalPlatform
import PlatformAPI

/// `--state`, `--context` and `--namespace`, shared by all commands that talk to a platform.
struct PlatformOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The state folder of this machine's platform (default: $PALANA_STATE, else ~/.local/share/palana).",
            valueName: "folder"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "local, or a Kubernetes context (default: $PALANA_CONTEXT, else what palana context use chose).",
            valueName: "name"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "In a Kubernetes context: where the agents are kept (default: your tenant's namespace).", valueName: "name")
    )
    var namespace: String?

    /// What the command asks the platform it acts on.
    func operations() throws -> any PlatformOperations {
        switch try chosen() {
        case .machine: RemotePlatform(try client())
        case .cluster(let cluster): try cluster.operations(namespace: namespace)
        }
    }

    /// The way of a person's terminal to a process.
    func attachment() throws -> any TerminalAttachment {
        switch try chosen() {
        case .machine: AttachClient(socketPath: try folder().attachSocket)
        case .cluster(let cluster): ClusterAttachment(try cluster.operations(namespace: namespace))
        }
    }

    /// The state folder of this machine's platform, absolute; for what there is on one machine only.
    func folder() throws -> StateFolder {
        guard case .machine = try chosen() else { throw APIError.unsupportedInCluster("this command") }
        let path = state ?? StateFolder.defaultPath(environment: ProcessInfo.processInfo.environment)
        do {
            return try StateFolder(path: path)
        } catch {
            throw CommandFailure(.failed, error.description)
        }
    }

    /// The API of this machine's platform.
    func client() throws -> PlatformClient {
        PlatformClient(socketPath: try folder().apiSocket)
    }

    /// Who names a state folder means this machine.
    private func chosen() throws -> PlatformContext {
        let book = try ContextBook.load()
        let name = context ?? book.environmentChoice ?? (state == nil ? book.content.current : nil)
        let chosen = try book.context(name ?? ContextBook.machine)
        guard case .machine = chosen else {
            guard state == nil else {
                throw CommandFailure(.usage, "--state is for this machine; leave it or --context \(name ?? "") out")
            }
            return chosen
        }
        guard namespace == nil else {
            throw CommandFailure(.usage, "--namespace is for Kubernetes contexts; leave it out on this machine")
        }
        return chosen
    }
}
