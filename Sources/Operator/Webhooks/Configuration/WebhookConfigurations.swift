internal import Foundation
public import KubernetesClient
public import PalanaCore

/// What the API server is told to ask, and what becomes of requests while nobody answers.
///
/// Only pods in agents' own namespaces and Palana's kinds are asked about: whatever happens to the operator, nothing else
/// in the cluster waits for it.
public struct WebhookConfigurations: Sendable {
    /// Where the webhooks are.
    public enum Place: Sendable, Hashable {
        /// A Service of the cluster.
        case service(namespace: String, name: String, port: Int)
        /// An address that the API server reaches by itself, as `https://127.0.0.1:9443`.
        case url(String)
    }

    /// Name of both configurations.
    public static let name = "palana"
    /// Kubernetes' own components are asked about, too: nothing but an agent's pod may run in its namespace.
    private static let agentNamespaces = LabelSelector(
        matchExpressions: [.init(AgentObjectNames.agentLabel, "Exists")])

    private let place: Place
    private let bundlePEM: String
    private let owner: OwnerReference?

    /// - Parameter owner: with whom both go away.
    public init(place: Place, bundlePEM: String, owner: OwnerReference? = nil) {
        self.place = place
        self.bundlePEM = bundlePEM
        self.owner = owner
    }

    public var mutating: MutatingWebhookConfiguration {
        MutatingWebhookConfiguration(
            metadata: metadata, webhooks: [webhook(.hardenPods, pods), webhook(.setOwner, palana(.agent))])
    }

    public var validating: ValidatingWebhookConfiguration {
        ValidatingWebhookConfiguration(
            metadata: metadata,
            webhooks: [
                webhook(.checkPods, pods), webhook(.checkAgents, palana(.agent)),
                webhook(.checkTemplates, palana(.agentTemplate)), webhook(.checkPolicies, palana(.egressPolicy)),
                webhook(.checkKillSwitches, palana(.killSwitch)), webhook(.checkTenants, palana(.tenant)),
            ])
    }

    private var metadata: ObjectMeta {
        ObjectMeta(
            name: Self.name, labels: [AgentObjectNames.managedByLabel: "palana"], ownerReferences: owner.map { [$0] })
    }

    private var pods: Webhook.Rule {
        Webhook.Rule(
            apiGroups: [""], apiVersions: ["v1"], resources: ["pods", "pods/ephemeralcontainers", "pods/resize"],
            operations: ["CREATE", "UPDATE"], scope: "Namespaced")
    }

    private func palana(_ kind: ResourceKind) -> Webhook.Rule {
        Webhook.Rule(
            apiGroups: [APIVersion.group], apiVersions: [APIVersion.version], resources: [kind.plural],
            operations: ["CREATE", "UPDATE"], scope: kind.isNamespaced ? "Namespaced" : "Cluster")
    }

    private func webhook(_ path: WebhookPath, _ rule: Webhook.Rule) -> Webhook {
        Webhook(
            name: path.name, clientConfig: client(path), rules: [rule],
            // Nothing may hold a kill up, not even a webhook that is down.
            failurePolicy: path == .checkKillSwitches ? "Ignore" : "Fail", matchPolicy: "Equivalent",
            namespaceSelector: path.isAboutPods ? Self.agentNamespaces : LabelSelector(),
            objectSelector: LabelSelector(), sideEffects: "None", timeoutSeconds: path.timeoutSeconds,
            admissionReviewVersions: ["v1"],
            reinvocationPolicy: path.isMutating ? "IfNeeded" : nil)
    }

    private func client(_ path: WebhookPath) -> Webhook.Client {
        let bundle = Data(bundlePEM.utf8)
        return switch place {
        case .service(let namespace, let name, let port):
            Webhook.Client(
                service: .init(namespace: namespace, name: name, path: path.rawValue, port: port), caBundle: bundle)
        case .url(let address): Webhook.Client(url: address + path.rawValue, caBundle: bundle)
        }
    }
}

extension WebhookPath {
    /// As messages of the API server call it: `admission webhook "agents.validate.palana.dev" denied the request`.
    var name: String {
        let parts = rawValue.split(separator: "/")
        return "\(parts[1]).\(parts[0]).\(APIVersion.group)"
    }

    var isMutating: Bool { self == .hardenPods || self == .setOwner }
    var isAboutPods: Bool { self == .hardenPods || self == .checkPods }

    /// Compiling a module takes programs; a kill waits for nothing.
    var timeoutSeconds: Int {
        switch self {
        case .checkPolicies: 20
        case .checkKillSwitches: 3
        default: 10
        }
    }
}
