import ArgumentParser
import Foundation
import KubernetesClient
import PalanaCore

struct ContextUse: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Choose the platform that commands act on from now on.",
        discussion: """
            palana context use prod
              palana context use prod --namespace user-team-0123456789
              palana context use prod --api https://palana-api.example.com:8443 --api-ca ca.pem
              palana context use local

            Kept in ~/.config/palana/contexts.yaml with the kubeconfig files that describe the context. Commands act there \
            with your own rights; agents go to your tenant's namespace unless another one is named here.
            """)

    @Option(
        help: ArgumentHelp(
            "A kubeconfig file (default: KUBECONFIG, else ~/.kube/config). Repeatable.", valueName: "file"))
    var kubeconfig: [String] = []

    @Option(help: ArgumentHelp("Where the agents are kept (default: your tenant's namespace).", valueName: "name"))
    var namespace: String?

    @Option(
        help: ArgumentHelp(
            "Where palana api is, for secrets (default: the cluster says it).", valueName: "https://host:port"))
    var api: String?

    @Option(
        name: .customLong("api-ca"),
        help: ArgumentHelp("A PEM file with the authority of its certificate.", valueName: "file"))
    var apiAuthority: String?

    @Argument(help: "local, or the name of a Kubernetes context.")
    var name: String

    func run() throws {
        var book = try ContextBook.load()
        let context = kubeconfig.isEmpty ? try book.context(name) : .cluster(try book.found(name, in: kubeconfig))
        guard case .cluster(let cluster) = context else {
            guard namespace == nil, api == nil, apiAuthority == nil else {
                throw CommandFailure(.usage, "--namespace, --api and --api-ca are for Kubernetes contexts")
            }
            try book.choose(nil)
            return Terminal.write("Commands act on this machine now.")
        }
        var choice = cluster.choice
        if let namespace {
            guard NameRules.label(namespace) == nil else {
                throw CommandFailure(.usage, "--namespace \(ShownText.quoted(namespace)) is no namespace's name")
            }
            choice.namespace = namespace
        }
        if let api { choice.api = try Self.address(api) }
        if let apiAuthority {
            choice.apiAuthority = URL(fileURLWithPath: apiAuthority).standardizedFileURL.path
            _ = try InputFile.text(apiAuthority)
        }
        let server = try served(cluster)
        try book.choose(choice)
        Terminal.write(Terminal.visible("Commands act on context \(choice.name) (\(server)) now."))
    }

    private static func address(_ text: String) throws -> String {
        do {
            return try ServerAddress(text).description
        } catch {
            throw CommandFailure(.usage, "--api is not usable: give https://HOST:PORT, without user, password or query")
        }
    }

    /// A context that can't be used isn't chosen.
    private func served(_ cluster: ClusterContext) throws -> String {
        do {
            return try cluster.server()
        } catch {
            throw CommandFailure(.failed, error.message)
        }
    }
}
