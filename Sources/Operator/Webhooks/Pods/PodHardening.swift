internal import KubernetesClient
internal import PalanaCore

/// Makes a pod of an agent what it must be, where it says nothing else: the way out through the gateway, the CA, `/data`,
/// the placeholders, and as few rights as possible. What a pod says itself against that stays, for `PodRules` to refuse:
/// people are told, nothing is changed behind their back.
struct PodHardening: Sendable {
    private let context: PodContext
    private let placeholders: [String: String]
    private var user: Int { context.configuration.user }

    init(_ context: PodContext) throws(AdmissionDenial) {
        self.context = context
        placeholders = try context.placeholders()
    }

    /// A new pod, hardened.
    func hardened(_ pod: JSONValue) -> JSONValue {
        var pod = pod
        for (name, value) in context.labels {
            pod.setDefault(.string(value), at: ["metadata", "labels", name])
        }
        pod.update(["spec"]) { spec in
            hardenAccount(&spec)
            hardenNetwork(&spec)
            hardenRights(&spec)
            let tokens = removeTokens(&spec)
            addVolumes(&spec)
            let whole = spec
            for kind in ["initContainers", "containers", "ephemeralContainers"] {
                spec.updateItems(kind) { container in
                    container.filterItems("volumeMounts") { !tokens.contains($0["name"]) }
                    harden(container: &container, in: whole)
                }
            }
        }
        return pod
    }

    /// A pod that runs already and gets containers for debugging: only those are touched.
    func hardenedEphemeral(_ pod: JSONValue) -> JSONValue {
        var pod = pod
        pod.update(["spec"]) { spec in
            let whole = spec
            spec.updateItems("ephemeralContainers") { harden(container: &$0, in: whole) }
        }
        return pod
    }

    // MARK: - The pod

    /// The API server writes `default` where nobody says anything.
    private func hardenAccount(_ spec: inout JSONValue) {
        if spec["serviceAccountName"] == nil || spec["serviceAccountName"] == "default" {
            spec["serviceAccountName"] = .string(AgentObjectNames.serviceAccount)
            // The older name of the same field.
            spec["serviceAccount"] = .string(AgentObjectNames.serviceAccount)
        }
        spec["automountServiceAccountToken"] = false
        spec["enableServiceLinks"] = false
        if let name = context.agent.spec.runtimeClassName { spec.setDefault(.string(name), at: ["runtimeClassName"]) }
    }

    private func hardenNetwork(_ spec: inout JSONValue) {
        spec["dnsPolicy"] = "None"
        spec["dnsConfig"] = .object([
            "nameservers": .array(context.egressAddresses.map(JSONValue.string)),
            "options": [["name": "ndots", "value": "1"]],
        ])
    }

    private func hardenRights(_ spec: inout JSONValue) {
        spec.setDefault(true, at: ["securityContext", "runAsNonRoot"])
        spec.setDefault(.integer(user), at: ["securityContext", "runAsUser"])
        spec.setDefault(.integer(user), at: ["securityContext", "runAsGroup"])
        spec.setDefault(.integer(user), at: ["securityContext", "fsGroup"])
        spec.setDefault("OnRootMismatch", at: ["securityContext", "fsGroupChangePolicy"])
        spec.setDefault("RuntimeDefault", at: ["securityContext", "seccompProfile", "type"])
    }

    /// Takes out the token that the API server put in for the account, which happens before webhooks are asked.
    /// - Returns: the names of the volumes that are gone.
    private func removeTokens(_ spec: inout JSONValue) -> Set<JSONValue?> {
        var names: Set<JSONValue?> = []
        spec.filterItems("volumes") { volume in
            guard PodRules.isMountedToken(volume) else { return true }
            names.insert(volume["name"])
            return false
        }
        return names
    }

    private func addVolumes(_ spec: inout JSONValue) {
        spec.addItem(
            [
                "name": .string(PodVolume.certificates),
                "configMap": [
                    "name": .string(AgentObjectNames.certificates),
                    "items": [
                        [
                            "key": .string(AgentObjectNames.certificatesKey),
                            "path": .string(AgentObjectNames.certificatesKey),
                        ],
                        ["key": .string(AgentObjectNames.javaTruststoreKey), "path": "java/cacerts"],
                    ],
                ],
            ], to: "volumes")
        spec.addItem(
            [
                "name": .string(PodVolume.temporary),
                "emptyDir": ["sizeLimit": .string(context.configuration.temporarySize)],
            ], to: "volumes")
        // Kubelets don't mount one claim twice for one pod.
        if PodVolume.workspaceName(in: spec) == nil {
            spec.addItem(
                [
                    "name": .string(PodVolume.workspace),
                    "persistentVolumeClaim": ["claimName": .string(AgentObjectNames.workspaceClaim)],
                ], to: "volumes")
        }
        spec.updateItems("volumes") { volume in
            if volume["emptyDir"] != nil {
                volume.setDefault(.string(context.configuration.temporarySize), at: ["emptyDir", "sizeLimit"])
            }
        }
    }

    // MARK: - Its containers

    private func harden(container: inout JSONValue, in spec: JSONValue) {
        container.setDefault(false, at: ["securityContext", "allowPrivilegeEscalation"])
        container.setDefault(true, at: ["securityContext", "readOnlyRootFilesystem"])
        container.setDefault(["ALL"], at: ["securityContext", "capabilities", "drop"])
        addMounts(&container, in: spec)
        addVariables(&container)
    }

    private func addMounts(_ container: inout JSONValue, in spec: JSONValue) {
        let mounts: [(volume: String, path: String, isReadOnly: Bool)] = [
            (PodVolume.certificates, RuntimeVariables.certificateFolder, true),
            (PodVolume.temporary, PodVolume.temporaryFolder, false),
            (PodVolume.workspaceName(in: spec) ?? PodVolume.workspace, PodVolume.workspaceFolder, false),
        ]
        for mount in mounts where !container.items("volumeMounts").contains(where: { $0.mounts(mount.path) }) {
            var value: JSONValue = ["name": .string(mount.volume), "mountPath": .string(mount.path)]
            if mount.isReadOnly { value["readOnly"] = true }
            container["volumeMounts"] = .array(container.items("volumeMounts") + [value])
        }
    }

    private func addVariables(_ container: inout JSONValue) {
        let given = container.items("env")
        let javaOptions = given.last { $0["name"] == "JAVA_TOOL_OPTIONS" }?["value"]?.text
        let runtime = RuntimeVariables(
            host: context.egressAddresses[0], port: context.configuration.proxyPort, direct: ["localhost", "127.0.0.1"])
        // A second review of the same pod must not add the options a second time.
        let own = javaOptions.flatMap { $0.hasSuffix(runtime.javaOptions.joined(separator: " ")) ? nil : $0 }
        var ours = runtime.values(javaOptions: own)
        if let javaOptions, own == nil { ours["JAVA_TOOL_OPTIONS"] = javaOptions }
        ours["PALANA_AGENT"] = context.agent.metadata.name
        ours.merge(placeholders) { ours, _ in ours }
        let kept = given.filter { $0["name"]?.text.map { ours[$0] == nil } ?? true }
        let names = Set(kept.compactMap { $0["name"]?.text })
        let homes = [("HOME", PodVolume.workspaceFolder), ("TMPDIR", PodVolume.temporaryFolder)]
            .filter { !names.contains($0.0) }
        let added = (homes + ours.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }).map {
            name, value -> JSONValue in
            ["name": .string(name), "value": .string(value)]
        }
        container["env"] = .array(kept + added)
    }
}

/// The volumes that the platform adds, and where they are mounted.
enum PodVolume {
    static let certificates = "palana-ca"
    static let temporary = "palana-tmp"
    static let workspace = "palana-data"
    static let temporaryFolder = "/tmp"
    static let workspaceFolder = "/data"
    /// The volume of a pod that holds the workspace, whatever it is called.
    static func workspaceName(in spec: JSONValue) -> String? {
        let claim = JSONValue.string(AgentObjectNames.workspaceClaim)
        return spec.items("volumes").first { $0["persistentVolumeClaim"]?["claimName"] == claim }?["name"]?.text
    }

    static let folders = [RuntimeVariables.certificateFolder, temporaryFolder, workspaceFolder]
}
