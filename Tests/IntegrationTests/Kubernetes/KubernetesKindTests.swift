import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Testing

/// A kind with a status, of a definition that the test brings.
private struct Gadget: KubernetesObject {
    struct Part: Codable, Hashable, Sendable {
        var text: String?
    }

    static let type = ObjectType("Gadget", plural: "gadgets", group: "client.palana.test")
    var metadata: ObjectMeta
    var spec: Part?
    var status: Part?
}

@Suite("Kinds on a real API server", .timeLimit(.minutes(5)))
struct KubernetesKindTests {
    /// Applies an object twice, and looks whether it is covered by what the API server makes of it.
    /// - Parameter isStable: whether applying again is no change to the API server.
    private static func settles<Object: KubernetesObject>(
        _ object: Object, _ client: KubernetesClient, isStable: Bool = true
    ) async throws {
        let first = try await client.apply(object, fieldManager: "palana-operator")
        #expect(object.isCovered(by: first), "\(Object.type)")
        guard isStable else { return }
        // Controllers of the cluster write to it at first, too.
        try await until("\(Object.type) stays as it is") {
            let once = try await client.apply(object, fieldManager: "palana-operator")
            let again = try await client.apply(object, fieldManager: "palana-operator")
            return once.metadata.resourceVersion == again.metadata.resourceVersion
        }
    }

    @Test("What is applied is covered by what the API server keeps, kind by kind, defaults and all")
    func covered() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            func meta(_ name: String) -> ObjectMeta {
                ObjectMeta(name: name, namespace: namespace, labels: ["palana.dev/agent": "x"])
            }
            try await Self.settles(
                Namespace(metadata: ObjectMeta(name: namespace, labels: ["palana.dev/agent": "x"])), client)
            try await Self.settles(
                ServiceAccount(metadata: meta("agent"), automountServiceAccountToken: false), client)
            let rule = PolicyRule(apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"])
            try await Self.settles(Role(metadata: meta("r"), rules: [rule]), client)
            try await Self.settles(
                RoleBinding(
                    metadata: meta("r"),
                    subjects: [.user("o'brien+x@ex.co"), .serviceAccount("agent", in: namespace)],
                    roleRef: .role("r")), client)
            try await Self.settles(
                ResourceQuota(
                    metadata: meta("q"), spec: .init(hard: ["pods": "2", "limits.memory": "2Gi", "limits.cpu": "500m"])),
                client)
            try await Self.settles(
                LimitRange(
                    metadata: meta("l"),
                    spec: .init(limits: [
                        .init(type: "Container", max: ["memory": "2Gi"], default: ["cpu": "500m", "memory": "1Gi"])
                    ])), client)
            try await Self.settles(
                PersistentVolumeClaim(
                    metadata: meta("data"),
                    spec: .init(accessModes: ["ReadWriteOnce"], resources: .init(requests: ["storage": "10Gi"]))),
                client)
            try await Self.settles(ConfigMap(metadata: meta("ca"), data: ["ca.pem": "x"]), client)
            try await Self.settles(
                KubernetesSecret(metadata: meta("s"), type: "Opaque", data: SecretData(["k": Data("v".utf8)])), client)
            try await Self.settles(
                KubernetesService(
                    metadata: meta("egress"),
                    spec: .init(
                        type: "ClusterIP",
                        ports: [
                            .init(name: "proxy", protocol: "TCP", port: 20000, targetPort: 20000),
                            .init(name: "dns", protocol: "UDP", port: 53, targetPort: 30000),
                        ])), client)
            try await Self.settles(
                EndpointSlice(
                    metadata: meta("egress"), addressType: "IPv4",
                    endpoints: [.init(addresses: ["10.0.0.7"], conditions: .init(ready: true))],
                    ports: [.init(name: "proxy", protocol: "TCP", port: 20000)]), client)
            // Its empty list is kept as nothing, so that applying it is news each time: compare before applying.
            try await Self.settles(Self.policy(meta("p")), client, isStable: false)
            try await Self.settles(Self.workload(meta("agent")), client)
        }
    }

    private static func policy(_ metadata: ObjectMeta) -> NetworkPolicy {
        NetworkPolicy(
            metadata: metadata,
            spec: .init(
                podSelector: LabelSelector(), policyTypes: ["Ingress", "Egress"], ingress: [],
                egress: [
                    .init(
                        to: [
                            .init(
                                podSelector: LabelSelector(matchLabels: ["app.kubernetes.io/component": "gateway"]),
                                namespaceSelector: LabelSelector(
                                    matchLabels: ["kubernetes.io/metadata.name": "palana-system"]))
                        ], ports: [.init(protocol: "TCP", port: 20000), .init(protocol: "UDP", port: 30000)])
                ]))
    }

    private static func workload(_ metadata: ObjectMeta) -> StatefulSet {
        let container = Container(
            name: "agent", image: "example.test/agent:1", command: ["/bin/agent"],
            env: [.init(name: "LOG_LEVEL", value: "info")], resources: .init(limits: ["cpu": "1", "memory": "2Gi"]),
            volumeMounts: [.init(name: "data", mountPath: "/data"), .init(name: "tmp", mountPath: "/tmp")],
            securityContext: .init(
                runAsNonRoot: true, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true,
                capabilities: .init(drop: ["ALL"])))
        let pod = PodSpec(
            containers: [container],
            volumes: [
                Volume(name: "data", persistentVolumeClaim: .init(claimName: "data")),
                Volume(name: "tmp", emptyDir: .init()),
            ], serviceAccountName: "agent", automountServiceAccountToken: false,
            securityContext: .init(runAsNonRoot: true, fsGroup: 1000, seccompProfile: .init(type: "RuntimeDefault")),
            enableServiceLinks: false)
        return StatefulSet(
            metadata: metadata,
            spec: .init(
                replicas: 1, serviceName: "agent", selector: LabelSelector(matchLabels: ["palana.dev/agent": "x"]),
                template: PodTemplate(metadata: .init(labels: ["palana.dev/agent": "x"]), spec: pod)))
    }

    @Test("A selector that somebody narrowed or a rule that somebody added is not covered")
    func drift() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let wanted = Self.policy(ObjectMeta(name: "p", namespace: namespace))
            try await client.apply(wanted, fieldManager: "palana-operator")
            for change: JSONValue in [
                ["spec": ["podSelector": ["matchLabels": ["a": "b"]]]], ["spec": ["ingress": [[:]]]],
                ["spec": ["policyTypes": ["Ingress"]]],
            ] {
                let drifted = try await client.patch(NetworkPolicy.self, "p", in: namespace, change)
                #expect(!wanted.isCovered(by: drifted), "\(change)")
                let back = try await client.apply(wanted, fieldManager: "palana-operator")
                #expect(wanted.isCovered(by: back), "\(change)")
            }
        }
    }

    @Test("A status is applied and patched without touching the rest; a definition is served once established")
    func status() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let text: JSONValue = ["type": "object", "properties": ["text": ["type": "string"]]]
            let definition = CustomResourceDefinition(
                metadata: ObjectMeta(name: "gadgets.client.palana.test"),
                spec: .init(
                    group: Gadget.type.group, names: .init(plural: "gadgets", kind: "Gadget"), scope: "Namespaced",
                    versions: [
                        .init(
                            name: "v1", served: true, storage: true,
                            schema: .init(
                                openAPIV3Schema: ["type": "object", "properties": ["spec": text, "status": text]]),
                            subresources: .init(status: [:]))
                    ]))
            try await client.apply(definition, fieldManager: "test")
            try await until("the definition is established") {
                try await client.get(CustomResourceDefinition.self, definition.metadata.name).isEstablished
            }
            var gadget = Gadget(
                metadata: ObjectMeta(name: "g", namespace: namespace), spec: .init(text: "mine"),
                status: .init(text: "left out"))
            let applied = try await client.apply(gadget, fieldManager: "test")
            #expect(applied.status == nil && applied.spec?.text == "mine")
            gadget.spec?.text = "other"
            gadget.status?.text = "fine"
            let reported = try await client.applyStatus(gadget, fieldManager: "test")
            #expect(reported.spec?.text == "mine" && reported.status?.text == "fine")
            #expect(reported.metadata.generation == applied.metadata.generation)
            let patched = try await client.patchStatus(
                Gadget.self, "g", in: namespace, ["status": ["text": "finer"], "spec": ["text": "no"]])
            #expect(patched.spec?.text == "mine" && patched.status?.text == "finer")
            try await client.delete(CustomResourceDefinition.self, definition.metadata.name)
        }
    }
}
