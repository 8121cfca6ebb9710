internal import PalanaCore

extension ObjectSchema {
    /// The schema of a whole document.
    static func of(_ kind: ResourceKind) -> ObjectSchema {
        switch kind {
        case .agent: document(spec: agentSpec, status: agentStatus)
        case .agentTemplate: document(spec: agentTemplateSpec, status: nil)
        case .egressPolicy: document(spec: egressPolicySpec, status: ObjectSchema(conditions))
        case .killSwitch: document(spec: killSwitchSpec, status: killSwitchStatus)
        case .tenant: document(spec: tenantSpec, status: tenantStatus)
        }
    }

    private static func document(spec: ObjectSchema, status: ObjectSchema?) -> ObjectSchema {
        var schema = ObjectSchema(
            FieldSchema("apiVersion", .text(), required: true, "Group and version of the API: palana.dev/v1alpha1."),
            FieldSchema("kind", .text(), required: true, "What the object is."),
            FieldSchema("metadata", .object(metadata), required: true, "Name, labels and annotations."),
            FieldSchema("spec", .object(spec), required: true, "What is wanted."))
        if let status {
            schema.fields.append(
                FieldSchema("status", .object(status), "What the platform sees; written by the platform only."))
        }
        return schema
    }

    /// For manifests; an API server has its own.
    private static let metadata = ObjectSchema(
        FieldSchema("name", .text(), required: true, "Unique among the objects of its kind and namespace."),
        FieldSchema("namespace", .text(), "The tenant namespace; left out on one machine."),
        FieldSchema("labels", .textMap(), "EgressPolicies and KillSwitches select agents by them."),
        FieldSchema("annotations", .textMap(), "Notes of anybody's."),
        FieldSchema("uid", .text(), "Set by the platform."),
        FieldSchema("generation", .integer(), "Set by the platform; counts changes of the spec."),
        FieldSchema("resourceVersion", .text(), "Set by the platform; a write that gives another one is refused."),
        FieldSchema("creationTimestamp", .time, "Set by the platform."))
}
