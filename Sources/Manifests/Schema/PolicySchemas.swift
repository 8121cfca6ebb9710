internal import PalanaCore

extension ObjectSchema {
    static let egressPolicySpec = ObjectSchema(
        FieldSchema("agentSelector", .object(agentSelector), "The agents it is for. Left out, all agents."),
        FieldSchema(
            "allow", .list(.object(rule), ListRule(maximum: ValidationLimits.allowRules)),
            "Rules that are added to those of the selected agents."),
        FieldSchema(
            "deny", .list(.object(rule), ListRule(maximum: ValidationLimits.allowRules)),
            "What is refused whoever allows it. What a rule leaves out covers everything."),
        FieldSchema(
            "rego", .text(TextRule(minimum: 1, maximum: ValidationLimits.rego)),
            "A module of Rego with the sets deny, ask and allow. The platform chooses its package."),
        FieldSchema(
            "grants", .boolean, default: .boolean(false), "Whether the module may also allow. Only with rego."),
        rules: [
            ServerRule(
                expression: "has(self.rego) || (has(self.allow) && size(self.allow) > 0) || "
                    + "(has(self.deny) && size(self.deny) > 0)",
                message: "says nothing; give allow, deny or rego"),
            ServerRule(
                expression: "!has(self.grants) || !self.grants || has(self.rego)",
                message: "grants only has a meaning for a rego module; leave it out"),
        ])

    private static let agentSelector = ObjectSchema(
        FieldSchema("labels", .textMap(), "Labels that an agent must have, all of them."),
        FieldSchema(
            "owners", .list(.text(.owner), ListRule(minimum: 1, maximum: ValidationLimits.listItems)),
            "Raw names of the owners whose agents are meant. Left out, those of all owners."))

    static let tenantSpec = ObjectSchema(
        FieldSchema(
            "owner",
            .text(
                TextRule(
                    minimum: 1, maximum: ValidationLimits.owner, rules: [unchangeable("the owner")])),
            required: true, "Raw name of the user or group, as the API server sees it. Can't change."),
        FieldSchema(
            "ownerKind", .word(TenantSpec.OwnerKind.allCases.map(\.rawValue)),
            default: .text(TenantSpec.OwnerKind.user.rawValue), "What owner names. Can't change."),
        FieldSchema("quota", .object(quota), "What all agents of the tenant may have together."),
        FieldSchema(
            "allowedTemplates", .list(.text(.label), ListRule(minimum: 1, maximum: ValidationLimits.listItems)),
            "The AgentTemplates that agents may build on, and must. Left out, any or none."),
        rules: [
            ServerRule(
                expression: "self.ownerKind == oldSelf.ownerKind",
                message: "spec.ownerKind: the owner's kind can't change; delete the tenant and create another one")
        ])

    private static func unchangeable(_ what: String) -> ServerRule {
        ServerRule(
            expression: "self == oldSelf", message: "\(what) can't change; delete the tenant and create another one")
    }

    private static let quota = ObjectSchema(
        FieldSchema("agents", .integer(0...1_000_000), "How many agents there may be."),
        FieldSchema("cpu", .quantity, "Sum of their limits, in cores, as 8 or 500m."),
        FieldSchema("memory", .quantity, "Sum of their limits, in bytes, as 16Gi."),
        FieldSchema("storage", .quantity, "Sum of their workspaces, in bytes, as 100Gi."))

    static let tenantStatus = ObjectSchema(
        FieldSchema("namespace", .text(), "The namespace in which the tenant's agents are kept."),
        conditions)
}
