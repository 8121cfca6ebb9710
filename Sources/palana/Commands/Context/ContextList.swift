import ArgumentParser
import KubernetesClient

struct ContextList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the platforms that commands can act on.",
        discussion: """
            palana context list

            local is this machine; the others are the contexts of the kubeconfig files (KUBECONFIG, else ~/.kube/config) and \
            those that were used before.
            """)

    @OptionGroup var output: OutputOptions

    /// One context.
    struct Row: Encodable {
        var name: String
        var isCurrent: Bool
        /// `machine` or `kubernetes`.
        var kind: String
        /// The API server, or what is wrong with the context.
        var server: String?
        var problem: String?
        /// Where the agents are kept, if one was chosen.
        var namespace: String?
    }

    func run() throws {
        let book = try ContextBook.load()
        let current = book.environmentChoice ?? book.content.current ?? ContextBook.machine
        let machine = Row(name: ContextBook.machine, isCurrent: current == ContextBook.machine, kind: "machine")
        let rows = [machine] + (try book.clusters().map { Self.row($0, isCurrent: $0.choice.name == current) })
        try output.print(rows) {
            Table(
                ["CURRENT", "NAME", "KIND", "SERVER", "NAMESPACE"],
                rows: rows.map { row in
                    [
                        row.isCurrent ? "*" : "", row.name, row.kind, row.server ?? row.problem ?? "-",
                        row.namespace ?? "-",
                    ]
                }
            ).rendered()
        }
    }

    private static func row(_ context: ClusterContext, isCurrent: Bool) -> Row {
        var row = Row(
            name: context.choice.name, isCurrent: isCurrent, kind: "kubernetes", namespace: context.choice.namespace)
        do {
            row.server = try context.server()
        } catch {
            row.problem = error.message
        }
        return row
    }
}
