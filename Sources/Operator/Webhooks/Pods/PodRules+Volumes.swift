internal import KubernetesClient
internal import PalanaCore

/// What may be mounted: the agent's own workspace, scratch space, and what isn't secret.
extension PodRules {
    static let volume: FieldRules = {
        let node = "the node's files aren't the agent's; use /data or an emptyDir"
        let storage = "agents store in /data and emptyDirs alone; leave it out"
        let secret = "secrets never enter a pod; declare them in spec.secrets of the Agent"
        var rules: [String: FieldRules.Rule] = [
            "name": .free, "configMap": .free, "emptyDir": .object(emptyDir), "downwardAPI": .object(downward),
            "hostPath": .refusedIfGiven(node), "secret": .refusedIfGiven(secret),
            "projected": .object(
                FieldRules([
                    "defaultMode": .free,
                    "sources": .each(
                        FieldRules([
                            "configMap": .free, "downwardAPI": .object(downward),
                            "serviceAccountToken": .refused("agents get no token of the Kubernetes API; leave it out"),
                            "secret": .refused(secret), "clusterTrustBundle": .free,
                            "podCertificate": .refused("agents get no identity in the cluster; leave it out"),
                        ])),
                ])),
            "persistentVolumeClaim": .object(
                FieldRules([
                    "claimName": .exactly(
                        .string(AgentObjectNames.workspaceClaim),
                        "an agent's only claim is \(AgentObjectNames.workspaceClaim)"),
                    "readOnly": .free,
                ])),
        ]
        for name in [
            "nfs", "csi", "iscsi", "ephemeral", "glusterfs", "rbd", "cephfs", "cinder", "fc", "flexVolume", "flocker",
            "awsElasticBlockStore", "gcePersistentDisk", "azureDisk", "azureFile", "vsphereVolume", "portworxVolume",
            "quobyte", "scaleIO", "storageos", "photonPersistentDisk", "gitRepo", "image",
        ] { rules[name] = .refusedIfGiven(storage) }
        return FieldRules(rules)
    }()

    /// Scratch space counts: against the node's disk, or the pod's memory.
    private static let emptyDir = FieldRules([
        "medium": .free,
        "sizeLimit": .checked { value, path in
            let limit = 64 << 30
            guard let text = value.text, let bytes = Quantities.bytes(text), bytes <= limit else {
                return [.init(path, value, "must be a size of at most 64Gi")]
            }
            return []
        },
    ])

    private static let downward = FieldRules([
        "defaultMode": .free,
        "items": .each(
            FieldRules(["path": .free, "mode": .free, "resourceFieldRef": .free, "fieldRef": .object(field)])),
    ])
}

extension FieldRules.Rule {
    /// Refused also when it is an empty object, which for a volume still says its type.
    static func refusedIfGiven(_ sentence: String) -> FieldRules.Rule { .oneOf([], sentence) }
}
