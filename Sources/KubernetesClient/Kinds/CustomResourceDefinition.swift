public import PalanaCore

public struct CustomResourceDefinition: KubernetesObject {
    public struct Names: Codable, Hashable, Sendable {
        public var plural: String
        public var kind: String
        public var singular: String?
        public var listKind: String?
        public var shortNames: [String]?
        public var categories: [String]?

        public init(
            plural: String, kind: String, singular: String? = nil, listKind: String? = nil,
            shortNames: [String]? = nil, categories: [String]? = nil
        ) {
            self.plural = plural
            self.kind = kind
            self.singular = singular
            self.listKind = listKind
            self.shortNames = shortNames
            self.categories = categories
        }
    }

    public struct Column: Codable, Hashable, Sendable {
        public var name: String
        public var type: String
        public var jsonPath: String
        public var description: String?
        public var format: String?
        /// Above 0: only with `-o wide`.
        public var priority: Int?

        public init(
            name: String, type: String, jsonPath: String, description: String? = nil, format: String? = nil,
            priority: Int? = nil
        ) {
            self.name = name
            self.type = type
            self.jsonPath = jsonPath
            self.description = description
            self.format = format
            self.priority = priority
        }
    }

    public struct Schema: Codable, Hashable, Sendable {
        public var openAPIV3Schema: JSONValue?

        public init(openAPIV3Schema: JSONValue? = nil) {
            self.openAPIV3Schema = openAPIV3Schema
        }
    }

    public struct Subresources: Codable, Hashable, Sendable {
        /// `{}` when the status is a subresource.
        public var status: JSONValue?
        public var scale: JSONValue?

        public init(status: JSONValue? = nil, scale: JSONValue? = nil) {
            self.status = status
            self.scale = scale
        }
    }

    public struct Version: Codable, Hashable, Sendable {
        public var name: String
        public var served: Bool
        public var storage: Bool
        public var schema: Schema?
        public var subresources: Subresources?
        public var additionalPrinterColumns: [Column]?

        public init(
            name: String, served: Bool, storage: Bool, schema: Schema? = nil, subresources: Subresources? = nil,
            additionalPrinterColumns: [Column]? = nil
        ) {
            self.name = name
            self.served = served
            self.storage = storage
            self.schema = schema
            self.subresources = subresources
            self.additionalPrinterColumns = additionalPrinterColumns
        }
    }

    public struct Spec: Codable, Hashable, Sendable {
        public var group: String
        public var names: Names
        /// `Namespaced` or `Cluster`.
        public var scope: String
        public var versions: [Version]

        public init(group: String, names: Names, scope: String, versions: [Version]) {
            self.group = group
            self.names = names
            self.scope = scope
            self.versions = versions
        }
    }

    public struct Status: Codable, Hashable, Sendable {
        public var conditions: [ObjectCondition]?
        public var storedVersions: [String]?

        public init(conditions: [ObjectCondition]? = nil, storedVersions: [String]? = nil) {
            self.conditions = conditions
            self.storedVersions = storedVersions
        }
    }

    public static let type = ObjectType(
        "CustomResourceDefinition", plural: "customresourcedefinitions", group: "apiextensions.k8s.io",
        isNamespaced: false)
    public var metadata: ObjectMeta
    public var spec: Spec?
    public var status: Status?

    public init(metadata: ObjectMeta, spec: Spec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }

    /// Whether the API server serves the kind by now.
    public var isEstablished: Bool {
        status?.conditions?.contains { $0.type == "Established" && $0.status == "True" } ?? false
    }
}
