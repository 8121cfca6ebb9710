public import Foundation
public import PalanaCore

public struct MutatingWebhookConfiguration: KubernetesObject {
    public static let type = ObjectType(
        "MutatingWebhookConfiguration", plural: "mutatingwebhookconfigurations", group: "admissionregistration.k8s.io",
        isNamespaced: false)
    public var metadata: ObjectMeta
    public var webhooks: [Webhook]?

    public init(metadata: ObjectMeta, webhooks: [Webhook]? = nil) {
        self.metadata = metadata
        self.webhooks = webhooks
    }
}

public struct ValidatingWebhookConfiguration: KubernetesObject {
    public static let type = ObjectType(
        "ValidatingWebhookConfiguration", plural: "validatingwebhookconfigurations",
        group: "admissionregistration.k8s.io", isNamespaced: false)
    public var metadata: ObjectMeta
    public var webhooks: [Webhook]?

    public init(metadata: ObjectMeta, webhooks: [Webhook]? = nil) {
        self.metadata = metadata
        self.webhooks = webhooks
    }
}

/// One webhook of either configuration.
public struct Webhook: Codable, Hashable, Sendable {
    public struct Client: Codable, Hashable, Sendable {
        public var url: String?
        public var service: ServiceReference?
        /// PEM.
        public var caBundle: Data?

        public init(url: String? = nil, service: ServiceReference? = nil, caBundle: Data? = nil) {
            self.url = url
            self.service = service
            self.caBundle = caBundle
        }
    }

    public struct ServiceReference: Codable, Hashable, Sendable {
        public var namespace: String
        public var name: String
        public var path: String?
        public var port: Int?

        public init(namespace: String, name: String, path: String? = nil, port: Int? = nil) {
            self.namespace = namespace
            self.name = name
            self.path = path
            self.port = port
        }
    }

    public struct Rule: Codable, Hashable, Sendable {
        public var apiGroups: [String]?
        public var apiVersions: [String]?
        public var resources: [String]?
        public var operations: [String]?
        public var scope: String?

        public init(
            apiGroups: [String]? = nil, apiVersions: [String]? = nil, resources: [String]? = nil,
            operations: [String]? = nil, scope: String? = nil
        ) {
            self.apiGroups = apiGroups
            self.apiVersions = apiVersions
            self.resources = resources
            self.operations = operations
            self.scope = scope
        }
    }

    /// A full name: `pods.palana.dev`.
    public var name: String
    public var clientConfig: Client?
    public var rules: [Rule]?
    /// `Fail` or `Ignore`.
    public var failurePolicy: String?
    public var matchPolicy: String?
    public var namespaceSelector: LabelSelector?
    public var objectSelector: LabelSelector?
    /// `None` or `NoneOnDryRun`.
    public var sideEffects: String?
    public var timeoutSeconds: Int?
    public var admissionReviewVersions: [String]?
    /// Mutating only: `Never` or `IfNeeded`.
    public var reinvocationPolicy: String?

    public init(
        name: String, clientConfig: Client? = nil, rules: [Rule]? = nil, failurePolicy: String? = nil,
        matchPolicy: String? = nil, namespaceSelector: LabelSelector? = nil, objectSelector: LabelSelector? = nil,
        sideEffects: String? = nil, timeoutSeconds: Int? = nil, admissionReviewVersions: [String]? = nil,
        reinvocationPolicy: String? = nil
    ) {
        self.name = name
        self.clientConfig = clientConfig
        self.rules = rules
        self.failurePolicy = failurePolicy
        self.matchPolicy = matchPolicy
        self.namespaceSelector = namespaceSelector
        self.objectSelector = objectSelector
        self.sideEffects = sideEffects
        self.timeoutSeconds = timeoutSeconds
        self.admissionReviewVersions = admissionReviewVersions
        self.reinvocationPolicy = reinvocationPolicy
    }
}
