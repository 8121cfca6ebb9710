import ControllerRuntime
public import KubernetesClient
public import Logging
import PalanaCore
public import ServiceLifecycle
import Synchronization

/// What the operator knows of the cluster, from watches: Palana's own kinds, everything that it made, and the gateway's pods.
/// Every replica has one: the webhooks decide by it, too.
public final class ClusterView: Service {
    let configuration: OperatorConfiguration
    let agents: OwnedStore<Agent>
    let tenants: OwnedStore<Tenant>
    let templates: Informer<AgentTemplate>
    let kills: Informer<KillSwitch>
    let runtimeClasses: Informer<RuntimeClass>
    /// All there are: names that others took count.
    let namespaces: OwnedStore<Namespace>
    let accounts: OwnedStore<ServiceAccount>
    let roles: OwnedStore<Role>
    let bindings: OwnedStore<RoleBinding>
    let quotas: OwnedStore<ResourceQuota>
    let limits: OwnedStore<LimitRange>
    let claims: OwnedStore<PersistentVolumeClaim>
    let certificates: OwnedStore<CertificateMap>
    let policies: OwnedStore<NetworkPolicy>
    let services: OwnedStore<KubernetesService>
    let slices: OwnedStore<EndpointSlice>
    let workloads: OwnedStore<StatefulSet>
    let pods: Informer<ObservedPod>
    let gateways: Informer<ObservedPod>
    /// The bundle and the ledger.
    let platformMaps: OwnedStore<ConfigMap>
    private let parts: [any ViewPart]
    private let bundle = Mutex<(version: String?, result: Result<CertificateBundle, Trouble>)?>(nil)

    public init(
        _ client: KubernetesClient, configuration: OperatorConfiguration, clock: KubernetesClock = .continuous,
        logger: Logger = Logger(label: "operator")
    ) {
        self.configuration = configuration
        let ours = Selection(labels: AgentObjectNames.agentLabel)
        let managed = Selection(labels: "\(AgentObjectNames.managedByLabel)=\(OwnerMark.manager)")
        let maker = Maker(client: client, clock: clock, logger: logger)
        agents = maker.store(indexes: ClusterView.agentIndexes)
        tenants = maker.store(indexes: ["home": { [$0.namespace] }])
        templates = maker.informer()
        kills = maker.informer(indexes: ["home": { [$0.metadata.namespace ?? ""] }])
        runtimeClasses = maker.informer()
        namespaces = maker.store(indexes: ["retained": { [$0.retainedFor].compactMap { $0 } }])
        accounts = maker.store(where: ours)
        roles = maker.store(where: ours)
        bindings = maker.store(where: managed)
        quotas = maker.store(where: managed)
        limits = maker.store(where: ours)
        claims = maker.store(where: ours)
        certificates = maker.store(where: ours)
        policies = maker.store(where: ours)
        services = maker.store(where: ours)
        slices = maker.store(where: ours)
        workloads = maker.store(where: ours)
        pods = maker.informer(where: ours, indexes: ["home": { [$0.metadata.namespace ?? ""] }])
        gateways = maker.informer(in: configuration.namespace, where: .labelled(configuration.gatewayLabels))
        platformMaps = maker.store(in: configuration.namespace)
        parts =
            [
                agents.informer, tenants.informer, templates, kills, runtimeClasses, namespaces.informer,
                accounts.informer,
                roles.informer, bindings.informer, quotas.informer, limits.informer, claims.informer,
                certificates.informer, policies.informer, services.informer, slices.informer, workloads.informer, pods,
                gateways, platformMaps.informer,
            ]
    }

    /// Watches until the end.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for part in parts { group.addTask { await part.run() } }
        }
    }

    public func waitUntilSynced() async {
        for part in parts { await part.waitUntilSynced() }
    }

    /// The kinds of which not all is known yet.
    public var missing: [String] { parts.filter { !$0.hasSynced }.map(\.kind) }

    // MARK: - Reading

    /// The agent whose own namespace this is. One that is in another's namespace has none.
    func agent(id: String) -> Agent? { agents.informer.objects("id", id).first.flatMap { agents.object($0.key) } }

    /// The one that `agent` names.
    func template(of agent: Agent) -> AgentTemplate? {
        agent.spec.template.flatMap { templates.object(ObjectKey($0)) }
    }

    /// The tenant in whose namespace the agent is; of two with one owner, the one that has the namespace.
    func tenant(of agent: Agent) -> Tenant? { agent.metadata.namespace.flatMap(tenant(namespace:)) }

    func pods(of id: AgentID) -> [ObservedPod] { pods.objects("home", id.rawValue) }

    /// The gateway's pods that can be sent traffic, in order.
    var readyGateways: [ObservedPod] {
        gateways.objects.filter { $0.isReady && $0.status?.podIP?.isEmpty == false }
            .sorted { $0.metadata.name < $1.metadata.name }
    }

    /// The names of the gateway's pods that run, whether or not they are ready: what one has open stays open.
    var runningGateways: Set<String> {
        Set(gateways.objects.filter { $0.status?.phase == "Running" }.map(\.metadata.name))
    }

    /// What agents are to trust.
    func certificateBundle() throws(Trouble) -> CertificateBundle {
        let key = ObjectKey(configuration.certificates, in: configuration.namespace)
        let map = platformMaps.object(key)
        let version = map?.metadata.resourceVersion
        let result = bundle.withLock { known in
            if let known, known.version == version, map != nil { return known.result }
            let result = Result { () throws(Trouble) in try CertificateBundle.read(map, named: key) }
            known = (version, result)
            return result
        }
        return try result.get()
    }

    private static let agentIndexes: [String: @Sendable (Agent) -> [String]] = [
        "id": { $0.isInPlace ? [$0.id.rawValue] : [] }, "template": { [$0.spec.template].compactMap { $0 } },
        "runtimeClass": { [$0.spec.runtimeClassName].compactMap { $0 } },
        "home": { [$0.metadata.namespace ?? ""] }, "peer": { PeerMeetings.named(by: $0).map(\.rawValue) },
    ]
}

/// Makes watches that differ in nothing but what they are about.
private struct Maker {
    let client: KubernetesClient
    let clock: KubernetesClock
    let logger: Logger

    func informer<Object: KubernetesObject>(
        in namespace: String? = nil, where selection: Selection = .all,
        indexes: [String: @Sendable (Object) -> [String]] = [:]
    ) -> Informer<Object> {
        Informer(client, Object.self, in: namespace, where: selection, indexes: indexes, logger: logger)
    }

    func store<Object: KubernetesObject>(
        in namespace: String? = nil, where selection: Selection = .all,
        indexes: [String: @Sendable (Object) -> [String]] = [:]
    ) -> OwnedStore<Object> {
        OwnedStore(informer(in: namespace, where: selection, indexes: indexes), clock: clock)
    }
}

/// Informers of any kind.
private protocol ViewPart: Sendable {
    var kind: String { get }
    var hasSynced: Bool { get }
    func run() async
    func waitUntilSynced() async
}

extension Informer: ViewPart {
    fileprivate var kind: String { Object.type.description }
}
