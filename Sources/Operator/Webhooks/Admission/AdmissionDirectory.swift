public import KubernetesClient
public import PalanaCore

/// What the webhooks know of the cluster, from watches. It may lag behind by a moment: what it doesn't know is refused
/// with the advice to try again.
public protocol AdmissionDirectory: Sendable {
    /// Whether all watches have seen what there is. Before that nothing is decided.
    var isSynced: Bool { get }

    /// The tenant whose namespace this is.
    func tenant(namespace: String) -> Tenant?

    /// All tenants with this raw owner, compared byte by byte; one, unless somebody was faster than the watch.
    func tenants(owner: String) -> [Tenant]

    func template(_ name: String) -> AgentTemplate?

    /// All agents that are kept in a tenant namespace.
    func agents(in namespace: String) -> [Agent]

    /// Sizes of the workspaces of this raw owner that outlived their agent, by its name.
    func retainedStorage(of owner: String) -> [String: String]

    /// The agent whose own namespace this is.
    func agent(_ id: AgentID) -> Agent?

    /// The cluster addresses of the Service `egress` in an agent's own namespace; empty when it has none yet.
    func egressAddresses(of id: AgentID) -> [String]

    /// What a RuntimeClass demands of its pods' nodes; nil when there is none of that name.
    func scheduling(ofRuntimeClass name: String) -> PodScheduling?
}

/// Where pods may be placed, and what their runtime takes itself.
public struct PodScheduling: Sendable, Hashable {
    public var nodeSelector: [String: String]
    /// As in a pod.
    public var tolerations: [JSONValue]
    /// Quantities by resource that every pod of the class needs on top of its containers'.
    public var overhead: [String: String]

    public init(
        nodeSelector: [String: String] = [:], tolerations: [JSONValue] = [], overhead: [String: String] = [:]
    ) {
        self.nodeSelector = nodeSelector
        self.tolerations = tolerations
        self.overhead = overhead
    }
}

/// Asks the API server whether a user may act for others.
public protocol ActingReviewer: Sendable {
    /// Whether `user` has the verb `act-as` on `tenants.palana.dev` called `tenant`.
    func mayAct(_ user: UserInfo, as tenant: String) async throws -> Bool
}

/// Compiles policies before they are taken.
public protocol PolicyCompiler: Sendable {
    /// What is wrong with the policy's module, as a sentence for people, or nil.
    /// - Throws: when it can't be found out.
    func problem(with policy: EgressPolicy) async throws -> String?
}

extension AdmissionDirectory {
    /// - Throws: a refusal while the watches have not seen everything.
    func requireSynced() throws(AdmissionDenial) {
        guard isSynced else {
            throw .unavailable("Palana's operator is still starting and doesn't know the cluster yet; try again")
        }
    }
}
