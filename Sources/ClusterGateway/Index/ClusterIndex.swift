import KubernetesClient
public import PalanaCore

/// What the gateway knows of a cluster's agents, made from the objects as they come: changes in, answers out, no I/O.
///
/// ```
/// Agent, AgentTemplate ──▶ IndexedAgent ─┐
/// KillSwitch ──▶ KillSwitches ───────────┼──▶ snapshots, ports, zones
/// Pod ──▶ PodAddresses, Service ─────────┘
/// ```
/// It knows nobody until it has seen every kind of object once. What contradicts itself is nobody's: a port that two
/// agents are said to have, an Agent in another tenant's namespace.
public struct ClusterIndex: Sendable {
    let configuration: ClusterIndexConfiguration
    private var objects: [ObjectKey: Agent] = [:]
    private var templates: [String: AgentTemplate] = [:]
    private var ids: [ObjectKey: AgentID] = [:]
    private var invalid: [ObjectKey: String] = [:]
    private var agents: [AgentID: IndexedAgent] = [:]
    private var claims: [UInt16: Set<AgentID>] = [:]
    private var holders: [String: (agent: AgentID, secret: String)] = [:]
    private var switches: KillSwitches
    private var killed: Set<AgentID> = []
    private var pods = PodAddresses()
    private var services: [String: IPAddress] = [:]
    private var policiesByName: [String: EgressPolicy] = [:]
    private var unreadablePolicies: [String: String] = [:]
    private var seen: Set<ClusterInput> = []

    public init(configuration: ClusterIndexConfiguration = ClusterIndexConfiguration()) {
        self.configuration = configuration
        switches = KillSwitches(
            platformNamespace: configuration.platformNamespace, limit: configuration.killSwitchLimit)
    }

    /// Whether every kind has been seen once.
    public var isSynced: Bool { seen.count == ClusterInput.allCases.count }

    /// The kinds that haven't.
    public var missing: [ClusterInput] { ClusterInput.allCases.filter { !seen.contains($0) } }

    /// By name; nil while one can't be read, since that one may deny what the others allow.
    public var policies: [EgressPolicy]? {
        unreadablePolicies.isEmpty ? policiesByName.values.sorted { $0.metadata.name < $1.metadata.name } : nil
    }

    /// - Parameter now: for kill switches that end by themselves.
    /// - Returns: the agents whose standing, port or zone may be another now.
    @discardableResult
    public mutating func apply(_ change: ClusterChange, at now: Timestamp) -> Set<AgentID> {
        switch change {
        case .agent(let agent): return set(agent, at: now)
        case .template(let template): return replaceTemplate(template.metadata.name, template, at: now)
        case .policy(let policy):
            policiesByName[policy.metadata.name] = policy
            unreadablePolicies[policy.metadata.name] = nil
        case .killSwitch(let killSwitch):
            switches.set(killSwitch)
            return decideKills(at: now)
        case .pod(let pod): pods.set(pod)
        case .service(let service): return set(service)
        case .gone(let input, let key): return drop(input, key, at: now)
        case .unreadable(let input, let key, let problem):
            let touched = drop(input, key, at: now)
            return touched.union(mark(unreadable: key, of: input, problem, at: now))
        case .synced(let input):
            seen.insert(input)
            return agentIDs
        }
        return []
    }

    /// Decides anew whom kill switches stop, since some may have ended.
    /// - Returns: those for whom that changed something.
    public mutating func decideKills(at now: Timestamp) -> Set<AgentID> {
        let before = killed
        killed = Set(agents.values.filter { switches.stop($0.object, at: now) }.map(\.id))
        return before.symmetricDifference(killed)
    }

    /// Whom each kill switch holds; empty until synced.
    public func held(at now: Timestamp) -> [HeldAgents] {
        isSynced ? switches.held(agents.mapValues(\.object), at: now) : []
    }

    /// When `decideKills` may have another outcome; nil when time alone changes nothing.
    public func nextExpiry(after now: Timestamp) -> Timestamp? { switches.nextExpiry(after: now) }

    private mutating func drop(_ input: ClusterInput, _ key: ObjectKey, at now: Timestamp) -> Set<AgentID> {
        switch input {
        case .agents: return remove(key)
        case .templates: return replaceTemplate(key.name, nil, at: now)
        case .policies: (policiesByName[key.name], unreadablePolicies[key.name]) = (nil, nil)
        case .killSwitches:
            switches.remove(key)
            return decideKills(at: now)
        case .pods: pods.remove(key)
        case .services: return removeService(key)
        }
        return []
    }

    private mutating func mark(
        unreadable key: ObjectKey, of input: ClusterInput, _ problem: String, at now: Timestamp
    ) -> Set<AgentID> {
        switch input {
        case .agents: invalid[key] = "Agent \(key) can't be read: \(problem)"
        case .policies: unreadablePolicies[key.name] = problem
        case .killSwitches:
            switches.mark(unreadable: key)
            return decideKills(at: now)
        case .templates, .pods, .services: break
        }
        return []
    }

    private mutating func set(_ agent: Agent, at now: Timestamp) -> Set<AgentID> {
        let key = agent.key
        let touched = remove(key)
        objects[key] = agent
        var reason: String?
        let template = agent.spec.template.flatMap { templates[$0] }
        guard let indexed = IndexedAgent(agent, template: template, reason: &reason) else {
            invalid[key] = reason
            return touched
        }
        guard agents[indexed.id] == nil else {
            invalid[key] = "Agent \(key) has the id of another one"
            return touched
        }
        (ids[key], agents[indexed.id]) = (indexed.id, indexed)
        if let port = indexed.port { claims[port, default: []].insert(indexed.id) }
        for secret in indexed.snapshot.secrets {
            guard let value = secret.placeholder, holders[value] == nil else { continue }
            holders[value] = (indexed.id, secret.name)
        }
        if switches.stop(agent, at: now) { killed.insert(indexed.id) }
        return touched.union(claimants(of: indexed)).union([indexed.id])
    }

    private mutating func remove(_ key: ObjectKey) -> Set<AgentID> {
        (objects[key], invalid[key]) = (nil, nil)
        guard let id = ids.removeValue(forKey: key), let old = agents.removeValue(forKey: id) else { return [] }
        killed.remove(id)
        let touched = claimants(of: old)
        if let port = old.port {
            claims[port]?.remove(id)
            if claims[port]?.isEmpty == true { claims[port] = nil }
        }
        for value in old.snapshot.secrets.compactMap(\.placeholder) where holders[value]?.agent == id {
            holders[value] = nil
        }
        return touched.union([id])
    }

    /// All that are said to have the agent's port: what one gains another may lose.
    private func claimants(of agent: IndexedAgent) -> Set<AgentID> { agent.port.flatMap { claims[$0] } ?? [] }

    private mutating func replaceTemplate(
        _ name: String, _ template: AgentTemplate?, at now: Timestamp
    ) -> Set<AgentID> {
        templates[name] = template
        var touched: Set<AgentID> = []
        for agent in objects.values where agent.spec.template == name { touched.formUnion(set(agent, at: now)) }
        return touched
    }

    private mutating func set(_ service: KubernetesService) -> Set<AgentID> {
        guard service.metadata.name == configuration.serviceName, let namespace = service.metadata.namespace else {
            return []
        }
        services[namespace] = service.spec?.clusterIP.flatMap(IPAddress.init).flatMap { $0.isIPv4 ? $0 : nil }
        return [AgentID(rawValue: namespace)]
    }

    private mutating func removeService(_ key: ObjectKey) -> Set<AgentID> {
        guard key.name == configuration.serviceName, let namespace = key.namespace else { return [] }
        services[namespace] = nil
        return [AgentID(rawValue: namespace)]
    }
}

extension ClusterIndex {
    /// All agents' ids, killed ones too; empty until synced.
    public var agentIDs: Set<AgentID> { isSynced ? Set(agents.keys) : [] }

    /// nil until synced.
    public func agent(_ id: AgentID) -> AgentSnapshot? {
        guard isSynced, var snapshot = agents[id]?.snapshot else { return nil }
        if killed.contains(id) { snapshot.standing = .killed }
        return snapshot
    }

    public func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)? { holders[value] }

    /// Whether this secret of the agent is a lure.
    public func isCanary(_ secret: String, of id: AgentID) -> Bool { agents[id]?.canaries.contains(secret) ?? false }

    /// The addresses of the pods in the agent's own namespace.
    public func sources(of id: AgentID) -> AgentSources {
        guard isSynced, agents[id] != nil else { return .none }
        return .addresses(pods.addresses(in: id.rawValue))
    }

    /// The port that is this agent's alone; nil while it has none.
    public func egressPort(of id: AgentID) -> UInt16? {
        guard isSynced, let port = agents[id]?.port, configuration.egressPorts.contains(port), claims[port] == [id]
        else { return nil }
        return port
    }

    /// nil while the agent has no port, or its Service no address.
    public func zone(of id: AgentID) -> AgentZone? {
        guard let port = dnsPort(of: id), let gateway = services[id.rawValue] else { return nil }
        return AgentZone(port: port, gateway: gateway, peers: peers(of: id))
    }

    /// nil while it is not served.
    func dnsPort(of id: AgentID) -> UInt16? {
        guard services[id.rawValue] != nil, let port = egressPort(of: id) else { return nil }
        let (dnsPort, isTooHigh) = port.addingReportingOverflow(configuration.dnsOffset)
        return isTooHigh ? nil : dnsPort
    }

    /// What an operator of the platform should know, one sentence each. Empty when all is well.
    public var problems: [String] {
        let ports = claims.compactMap { port, claimants -> String? in
            let names = claimants.map(\.rawValue).sorted().joined(separator: " and ")
            if claimants.count > 1 { return "port \(port) is said to belong to \(names); none of them is served" }
            return configuration.egressPorts.contains(port)
                ? nil : "port \(port) of \(names) is none of \(configuration.egressPorts); it is not served"
        }
        let full = switches.unclear.map {
            "namespace \($0) has kill switches that can't be read, or more than \(configuration.killSwitchLimit); "
                + "all agents in its reach are stopped"
        }
        let policies = unreadablePolicies.map { name, problem in
            "EgressPolicy \(name) can't be read, so no change of any policy comes into force: \(problem)"
        }
        return (Array(invalid.values) + ports + full + policies).sorted()
    }

    /// Agents that this one names and that name it, for the same port, and that run: by full name. The short name is
    /// there where only one of them has it.
    private func peers(of id: AgentID) -> [String: IPAddress] {
        guard let own = agents[id] else { return [:] }
        var byID: [AgentID: IPAddress] = [:]
        for call in own.calls where byID[call.id] == nil {
            guard let other = agents[call.id], call.reference.isFor(other.object), !killed.contains(other.id),
                other.snapshot.standing == .active,
                other.admits.contains(where: { $0.reference.isFor(own.object) && $0.port == call.port })
            else { continue }
            byID[call.id] = pods.addresses(in: call.id.rawValue).filter(\.isIPv4)
                .min { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        }
        let shortNames = Dictionary(grouping: byID.keys) { agents[$0]?.object.metadata.name ?? "" }
        var names: [String: IPAddress] = [:]
        for (peer, address) in byID { names["\(peer).\(configuration.peerDomain)"] = address }
        for (name, holders) in shortNames {
            guard holders.count == 1, let peer = holders.first else { continue }
            names["\(name).\(configuration.peerDomain)"] = byID[peer]
        }
        return names
    }
}
