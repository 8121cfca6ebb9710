internal import KubernetesClient
internal import PalanaCore

/// The pod as a whole.
extension PodRules {
    static func spec(_ context: PodContext) -> FieldRules {
        let containers = FieldRules.Rule.each(container(context))
        let node = "the platform chooses the agent's node; leave it out"
        var rules: [String: FieldRules.Rule] = [
            "containers": containers, "initContainers": containers, "ephemeralContainers": containers,
            "volumes": .each(volume),
            "securityContext": .always(podSecurity),
            "serviceAccountName": .exactly(
                .string(AgentObjectNames.serviceAccount),
                "agents run as \(AgentObjectNames.serviceAccount); leave it out"),
            "automountServiceAccountToken": .exactly(false, "agents get no token of the Kubernetes API; leave it out"),
            "enableServiceLinks": .exactly(false, "agents learn nothing of other Services; leave it out"),
            "dnsPolicy": .exactly("None", "agents ask the gateway's DNS alone; leave it out"),
            "dnsConfig": .checked { nameservers($0, at: $1, context) },
            "hostNetwork": .refused("the node's network isn't the agent's; leave it out"),
            "hostPID": .refused("the node's processes aren't the agent's; leave it out"),
            "hostIPC": .refused("the node's shared memory isn't the agent's; leave it out"),
            "shareProcessNamespace": .refused("containers of an agent don't see each other's processes; leave it out"),
            "nodeName": .refused(node), "affinity": .refused(node), "topologySpreadConstraints": .refused(node),
            "nodeSelector": .checked { selector($0, at: $1, context.scheduling.nodeSelector) },
            "tolerations": .checked { tolerations($0, at: $1, context.scheduling.tolerations) },
            "schedulerName": .oneOf(["default-scheduler", ""], node),
            "priorityClassName": .checked(priorityClass),
            "runtimeClassName": .oneOf([], "the agent names no runtime class in spec.runtimeClassName; leave it out"),
            "resourceClaims": .refused("devices aren't the agent's; leave it out"),
            "os": .checked { $0["name"] == "windows" ? [.init($1.field("name"), "agents run on Linux")] : [] },
        ]
        if let name = context.agent.spec.runtimeClassName {
            rules["runtimeClassName"] = .exactly(
                .string(name), "the agent runs as \(ShownText.quoted(name)); leave it out")
        }
        // What names the pod, times it, or is set by the API server; `serviceAccount` only repeats the name.
        for name in [
            "restartPolicy", "terminationGracePeriodSeconds", "activeDeadlineSeconds", "hostname", "subdomain",
            "setHostnameAsFQDN", "hostAliases", "imagePullSecrets", "readinessGates", "schedulingGates", "priority",
            "preemptionPolicy", "serviceAccount", "overhead", "resources", "hostUsers",
        ] { rules[name] = .free }
        return FieldRules(rules)
    }

    private static func nameservers(
        _ value: JSONValue, at path: FieldPath, _ context: PodContext
    ) -> [ValidationError] {
        let own = JSONValue.array(context.egressAddresses.map(JSONValue.string))
        guard value["nameservers"] != own || !(value["searches"] ?? .null).isNothing else { return [] }
        return [.init(path, "agents ask the gateway's DNS alone; leave it out")]
    }

    private static func selector(
        _ value: JSONValue, at path: FieldPath, _ allowed: [String: String]
    ) -> [ValidationError] {
        guard case .object(let labels) = value else { return [.init(path, "must be an object")] }
        return labels.sorted { $0.key < $1.key }.filter { allowed[$0.key].map(JSONValue.string) != $0.value }.map {
            .init(path.field($0.key), $0.value, "the platform chooses the agent's node; leave it out")
        }
    }

    /// Those two are in every pod: the API server puts them there.
    private static let usualTolerations: [JSONValue] = ["not-ready", "unreachable"].map { name in
        [
            "key": .string("node.kubernetes.io/\(name)"), "operator": "Exists", "effect": "NoExecute",
            "tolerationSeconds": 300,
        ]
    }

    private static func tolerations(
        _ value: JSONValue, at path: FieldPath, _ allowed: [JSONValue]
    ) -> [ValidationError] {
        guard case .array(let items) = value else { return [.init(path, "must be a list")] }
        return items.enumerated().compactMap { index, item in
            if allowed.contains(item) { return nil }
            // How long a pod stays on a node that is lost harms nobody.
            var plain = item
            if plain["tolerationSeconds"] != nil { plain["tolerationSeconds"] = 300 }
            if usualTolerations.contains(plain) { return nil }
            return .init(path[index], item["key"], "the platform chooses the agent's node; leave it out")
        }
    }

    @Sendable private static func priorityClass(_ value: JSONValue, at path: FieldPath) -> [ValidationError] {
        guard let name = value.text, name.hasPrefix("system-") else { return [] }
        return [.init(path, value, "agents don't push the cluster's own programs aside; leave it out")]
    }
}
