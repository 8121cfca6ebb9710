/// What a person chose for one Kubernetes context.
struct ContextChoice: Codable, Hashable, Sendable {
    /// As the kubeconfig files call it.
    var name: String
    /// The files that describe it, absolute; the variables of another shell don't change where commands act.
    var kubeconfig: [String]
    /// Where the agents are kept; nil means the person's own tenant namespace.
    var namespace: String?
    /// Where `palana api` is, `https://HOST:PORT`; nil means that the cluster says it.
    var api: String?
    /// A PEM file with the authority of its certificate, absolute; nil means the system's authorities.
    var apiAuthority: String?
}

/// The file `contexts.yaml`.
struct ContextContent: Codable, Hashable, Sendable {
    /// Nil means this machine.
    var current: String?
    var contexts: [ContextChoice]?
}
