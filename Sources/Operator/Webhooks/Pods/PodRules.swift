internal import KubernetesClient
internal import PalanaCore

/// What pods in an agent's own namespace may be, whoever makes them. Stricter than Kubernetes' Pod Security Standard
/// `restricted`, which newer API servers enforce on top.
struct PodRules: Sendable {
    private let context: PodContext
    private let spec: FieldRules

    init(_ context: PodContext) {
        self.context = context
        spec = Self.spec(context)
    }

    /// All that is wrong with a pod after hardening.
    /// - Parameter isNew: false for one that runs already: programs of the cluster's own may have marked it meanwhile.
    func problems(_ pod: JSONValue, isNew: Bool) -> [ValidationError] {
        labelProblems(pod["metadata"]) + PodAnnotations.problems(pod["metadata"], isNew: isNew)
            + spec.problems(pod["spec"], at: FieldPath("spec")) + reservedNames(pod["spec"])
    }

    /// Labels of our own say whose a pod is: nobody else sets them.
    private func labelProblems(_ metadata: JSONValue?) -> [ValidationError] {
        guard case .object(let labels)? = metadata?["labels"] else {
            return [ValidationError(FieldPath("metadata.labels"), "must hold the labels of the agent")]
        }
        let path = FieldPath("metadata.labels")
        let foreign = labels.filter { $0.key.hasPrefix("palana.dev/") && context.labels[$0.key] == nil }
        let wrong = context.labels.filter { labels[$0.key] != .string($0.value) }
        return (Array(foreign.keys) + Array(wrong.keys)).sorted().map { name in
            ValidationError(path.field(name), labels[name], "set by the platform itself; leave it out")
        }
    }

    /// The platform's own volumes must be what they are called.
    private func reservedNames(_ spec: JSONValue?) -> [ValidationError] {
        let wanted: [(name: String, type: String)] = [
            (PodVolume.certificates, "configMap"), (PodVolume.temporary, "emptyDir"),
            (PodVolume.workspace, "persistentVolumeClaim"),
        ]
        return (spec?.items("volumes") ?? []).enumerated().flatMap { index, volume -> [ValidationError] in
            guard let own = wanted.first(where: { volume["name"] == .string($0.name) }) else { return [] }
            let path = FieldPath("spec.volumes")[index]
            let isOurs =
                volume[own.type] != nil
                && (own.name != PodVolume.certificates
                    || volume["configMap"]?["name"] == .string(AgentObjectNames.certificates))
            return isOurs
                ? [] : [ValidationError(path, volume["name"], "the platform's own volume; choose another name")]
        }
    }

    /// Whether this is the token that the API server mounts into pods by itself, and no token that somebody asked for.
    static func isMountedToken(_ volume: JSONValue) -> Bool {
        guard let name = volume["name"]?.text else { return false }
        if name.hasPrefix("kube-api-access-") { return volume["projected"] != nil }
        // Servers before 1.21 mount the account's Secret, under its own name.
        let secret = volume["secret"]?["secretName"]?.text
        return secret == name && name.contains("-token-")
    }
}
