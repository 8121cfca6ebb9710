import Foundation
import KubernetesClient
import Operator
import PalanaCore

/// Alice with the agent `demo`, and what her pods look like.
enum WebhookSamples {
    static let owner = "alice@example.com"
    static let home = AgentNames.tenantNamespace(owner: owner)
    static let tenant = Tenant(metadata: ObjectMeta(name: "alice"), spec: TenantSpec(owner: owner))
    static let address = "10.96.0.17"

    static func agent(_ name: String = "demo", _ change: (inout Agent) -> Void = { _ in }) -> Agent {
        var agent = Agent(
            metadata: ObjectMeta(name: name, namespace: home),
            spec: AgentSpec(owner: owner, image: "ghcr.io/example/agent:1"))
        change(&agent)
        return agent
    }

    static func directory(_ agent: Agent = agent()) -> DirectoryFake {
        var state = DirectoryFake.State()
        state.tenants = [tenant]
        state.agents = [agent]
        state.addresses = [agent.id: [address]]
        return DirectoryFake(state)
    }

    /// As an API server hands it over after its own defaults.
    static func pod(_ spec: String = "{}", metadata: String = "{}") throws -> JSONValue {
        var pod = try json(
            """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
             "spec": {"containers": [{"name": "c", "image": "i", "imagePullPolicy": "Always",
                                      "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
                                      "resources": {"limits": {"cpu": "1", "memory": "1Gi"}},
                                      "volumeMounts": [{"name": "default-token-x2x4z", "readOnly": true,
                                                        "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}]}],
                      "volumes": [{"name": "default-token-x2x4z",
                                   "secret": {"secretName": "default-token-x2x4z", "defaultMode": 420}}],
                      "restartPolicy": "Always", "terminationGracePeriodSeconds": 30, "dnsPolicy": "ClusterFirst",
                      "serviceAccountName": "default", "serviceAccount": "default", "securityContext": {},
                      "schedulerName": "default-scheduler", "priority": 0, "preemptionPolicy": "PreemptLowerPriority",
                      "enableServiceLinks": true,
                      "tolerations": [
                        {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute",
                         "tolerationSeconds": 300},
                        {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute",
                         "tolerationSeconds": 300}]}}
            """)
        for (part, text) in [("spec", spec), ("metadata", metadata)] {
            guard case .object(let members) = try json(text) else { continue }
            for (name, value) in members { pod[part]?[name] = value }
        }
        return pod
    }

    /// A container that says what `fields` say beside its name and image.
    static func container(_ fields: String) -> String {
        #"{"containers": [{"name": "c", "image": "i", \#(fields)}]}"#
    }

    static func json(_ text: String) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    static func request(
        _ operation: AdmissionRequest.Operation = .create, pod: JSONValue?, old: JSONValue? = nil,
        subResource: String? = nil, namespace: String = agent().id.rawValue
    ) -> AdmissionRequest {
        AdmissionRequest(
            uid: "1", kind: .init(group: "", version: "v1", kind: "Pod"), subResource: subResource, name: "p",
            namespace: namespace, operation: operation, userInfo: UserInfo(username: "root"), object: pod,
            oldObject: old)
    }

    static func request<Object: KubernetesObject>(
        _ object: Object, old: Object? = nil, by user: UserInfo = UserInfo(username: owner)
    ) throws -> AdmissionRequest {
        AdmissionRequest(
            uid: "1", kind: .init(group: Object.type.group, version: Object.type.version, kind: Object.type.kind),
            name: object.metadata.name, namespace: object.metadata.namespace,
            operation: old == nil ? .create : .update, userInfo: user, object: try JSONValue(of: object),
            oldObject: try old.map { try JSONValue(of: $0) })
    }
}

extension AdmissionVerdict {
    /// The sentence of a refusal; nil when it passed.
    var refusal: String? {
        guard case .denied(let denial) = self else { return nil }
        return denial.description
    }

    var patch: [JSONPatchStep] {
        guard case .allowed(let patch, _) = self else { return [] }
        return patch
    }

    var warnings: [String] {
        guard case .allowed(_, let warnings) = self else { return [] }
        return warnings
    }
}
