import Foundation

/// One or several kubeconfig files as one (Kubernetes, "Organizing cluster access using kubeconfig files").
public struct Kubeconfig: Sendable {
    /// Of a cluster, user or context: its content and the file that it stands in.
    struct Entry<Content: Sendable>: Sendable {
        var content: Content
        /// Relative paths start here.
        var folder: String
        var file: String
    }

    /// The context that holds when none is named.
    public private(set) var currentContext: String?
    private(set) var clusters: [String: Entry<KubeconfigFile.Cluster>] = [:]
    private(set) var users: [String: Entry<KubeconfigFile.User>] = [:]
    private(set) var contexts: [String: Entry<KubeconfigFile.Context>] = [:]
    /// The variables that an exec plugin gets beside its own.
    let environment: [String: String]

    /// The names of all contexts, in order.
    public var contextNames: [String] { contexts.keys.sorted() }

    private init(environment: [String: String]) {
        self.environment = environment
    }

    /// Reads the files that `KUBECONFIG` lists, else `~/.kube/config`. Of files of a list, those that don't exist are
    /// passed over.
    /// - Parameter environment: the variables of the process, handed in by the composition root.
    public static func load(environment: [String: String]) throws(KubernetesFailure) -> Kubeconfig {
        let present = files(in: environment)
        guard !present.isEmpty else {
            let missing = named(in: environment).joined(separator: ", ")
            throw KubernetesFailure(
                .configuration,
                "There is no kubeconfig file at \(missing): set KUBECONFIG to the path of one.")
        }
        return try load(files: present, environment: environment)
    }

    /// The files that `KUBECONFIG` lists, else `~/.kube/config`, as far as they are there.
    /// - Parameter environment: the variables of the process, handed in by the composition root.
    public static func files(in environment: [String: String]) -> [String] {
        named(in: environment).filter { FileManager.default.fileExists(atPath: $0) }
    }

    private static func named(in environment: [String: String]) -> [String] {
        let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        return listed.isEmpty ? ["\(environment["HOME"] ?? "")/.kube/config"] : listed
    }

    /// Reads `files`; the first that says something about a name, or sets the current context, wins.
    public static func load(
        files: [String], environment: [String: String]
    ) throws(KubernetesFailure) -> Kubeconfig {
        var merged = Kubeconfig(environment: environment)
        for path in files {
            let url = URL(fileURLWithPath: path)
            merged.merge(
                try KubeconfigFile.read(url), folder: url.deletingLastPathComponent().path, file: path)
        }
        return merged
    }

    private mutating func merge(_ file: KubeconfigFile, folder: String, file path: String) {
        if currentContext == nil, let current = file.currentContext, !current.isEmpty { currentContext = current }
        for named in file.clusters ?? [] where clusters[named.name] == nil {
            clusters[named.name] = Entry(content: named.cluster, folder: folder, file: path)
        }
        for named in file.users ?? [] where users[named.name] == nil {
            users[named.name] = Entry(content: named.user, folder: folder, file: path)
        }
        for named in file.contexts ?? [] where contexts[named.name] == nil {
            contexts[named.name] = Entry(content: named.context, folder: folder, file: path)
        }
    }
}
