public import PalanaCore

/// The CustomResourceDefinition of one kind (apiextensions.k8s.io/v1), generated from its schema. What an API server
/// can't check by itself the admission webhooks do.
public struct ResourceDefinition: Sendable {
    public let kind: ResourceKind

    public init(_ kind: ResourceKind) {
        self.kind = kind
    }

    /// `agents.palana.dev`.
    public var name: String { "\(names.plural).\(APIVersion.group)" }

    /// Where it is kept under `deploy/crds`.
    public var fileName: String { "\(name).yaml" }

    /// One YAML document; the same text whenever the schema is the same.
    public func yaml() throws(ManifestFailure) -> String {
        try YAMLWriter().text(of: [document])
    }

    private var names: DefinitionNames { DefinitionNames(kind) }

    private var document: JSONValue {
        .fields(
            ("apiVersion", .text("apiextensions.k8s.io/v1")), ("kind", .text("CustomResourceDefinition")),
            ("metadata", .fields(("name", .text(name)))),
            (
                "spec",
                .fields(
                    ("group", .text(APIVersion.group)), ("names", names.value),
                    ("scope", .text(kind.isNamespaced ? "Namespaced" : "Cluster")), ("versions", .list([version])))
            ))
    }

    private var version: JSONValue {
        let schema = ObjectSchema.of(kind)
        let hasStatus = schema.field("status") != nil
        return .fields(
            ("name", .text(APIVersion.version)), ("served", .boolean(true)), ("storage", .boolean(true)),
            ("subresources", hasStatus ? .fields(("status", .object([]))) : nil),
            ("additionalPrinterColumns", .list(PrinterColumn.of(kind).map(\.value))),
            ("schema", .fields(("openAPIV3Schema", root(schema)))))
    }

    /// `apiVersion`, `kind` and `metadata` are the API server's own; only the name may be narrowed.
    private func root(_ schema: ObjectSchema) -> JSONValue {
        let own = schema.fields.filter { ["spec", "status"].contains($0.name) }
        let properties = own.map { ($0.name, Optional(OpenAPISchema.value(of: $0))) }
        return .fields(
            ("description", .text(names.description)), ("type", .text("object")), ("required", .list([.text("spec")])),
            (
                "properties",
                .fields(
                    [
                        ("apiVersion", .fields(("type", .text("string")))),
                        ("kind", .fields(("type", .text("string")))),
                        ("metadata", metadata),
                    ] + properties)
            ))
    }

    private var metadata: JSONValue {
        let limit = kind == .agent ? AgentNames.maximumAgentNameLength : 63
        var rule = TextRule.label
        rule.maximum = limit
        return .fields(
            ("type", .text("object")), ("properties", .fields(("name", OpenAPISchema.value(of: .text(rule))))))
    }
}
