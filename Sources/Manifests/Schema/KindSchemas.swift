internal import PalanaCore

extension ObjectSchema {
    /// The schema of a whole document.
    static func of(_ kind: ResourceKind) -> ObjectSchema {
        switch kind {
        case .agent: document(spec: agentSpec, status: agentStatus)
        case .agentTemplate: document(spec: agentTemplateSpec, status: nil)
        case .egressPolicy: document(spec: egressPolicySpec, status: ObjectSchema(conditions))
        }
    }

    private static func document(spec: ObjectSchema, status: ObjectSchema?) -> ObjectSchema {
        var schema = ObjectSchema(
            FieldSchema("apiVersion", .text, required: true),
            FieldSchema("kind", .text, required: true),
            FieldSchema("metadata", .object(metadata), required: true),
            FieldSchema("spec", .object(spec), required: true))
        if let status { schema.fields.append(FieldSchema("status", .object(status))) }
        return schema
    }

    private static let metadata = ObjectSchema(
        FieldSchema("name", .text, required: true),
        FieldSchema("namespace", .text),
        FieldSchema("labels", .textMap),
        FieldSchema("annotations", .textMap),
        FieldSchema("uid", .text),
        FieldSchema("generation", .integer),
        FieldSchema("resourceVersion", .text),
        FieldSchema("creationTimestamp", .time))

    private static let agentSpec = ObjectSchema(
        FieldSchema("owner", .text),
        FieldSchema("template", .text),
        FieldSchema("image", .text),
        FieldSchema("command", .list(.text)),
        FieldSchema("env", .list(.object(environmentVariable))),
        FieldSchema("workspace", .object(workspace)),
        FieldSchema("resources", .object(resources)),
        FieldSchema("runtimeClassName", .text),
        FieldSchema("secrets", .list(.object(secret))),
        FieldSchema("egress", .object(egress)),
        FieldSchema("ingress", .object(ingress)),
        FieldSchema("idle", .object(idle)),
        FieldSchema("suspended", .boolean),
        FieldSchema("ttl", .text))

    private static let agentTemplateSpec = ObjectSchema(
        FieldSchema("image", .text),
        FieldSchema("command", .list(.text)),
        FieldSchema("env", .list(.object(environmentVariable))),
        FieldSchema("resources", .object(resources)),
        FieldSchema("secrets", .list(.object(secret))),
        FieldSchema("egress", .object(egress)),
        FieldSchema("idle", .object(idle)))

    private static let egressPolicySpec = ObjectSchema(
        FieldSchema("agentSelector", .object(agentSelector)),
        FieldSchema("allow", .list(.object(rule))),
        FieldSchema("deny", .list(.object(rule))),
        FieldSchema("rego", .text),
        FieldSchema("grants", .boolean))

    private static let agentStatus = ObjectSchema(
        FieldSchema("phase", .word(AgentStatus.Phase.allCases.map(\.rawValue))),
        conditions,
        FieldSchema("namespace", .text),
        FieldSchema("lastActivity", .time),
        FieldSchema("placeholders", .list(.object(placeholder))))
}
