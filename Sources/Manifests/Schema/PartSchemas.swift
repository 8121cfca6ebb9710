internal import PalanaCore

/// The parts that the kinds are made of.
extension ObjectSchema {
    static let command = FieldType.list(
        .text(TextRule(maximum: ValidationLimits.text)), ListRule(minimum: 1, maximum: ValidationLimits.command))

    static let environment = FieldType.list(
        .object(environmentVariable), ListRule(maximum: ValidationLimits.listItems, key: "name"))

    private static let environmentVariable = ObjectSchema(
        FieldSchema(
            "name", .text(.variable), required: true,
            "Letters, digits and _. Not PALANA_… nor the proxy and CA variables that the platform sets."),
        FieldSchema("value", .text(TextRule(maximum: ValidationLimits.text)), required: true, "Its value."))

    static let workspace = ObjectSchema(
        FieldSchema(
            "size", .quantity, default: .text(AgentDefaults.workspaceSize), "How much /data may hold, as 10Gi."),
        FieldSchema(
            "storageClassName", .text(.optionalSubdomain), "StorageClass; left out or empty, the cluster's default."),
        FieldSchema(
            "reclaim", .word(Workspace.Reclaim.allCases.map(\.rawValue)),
            default: .text(Workspace.Reclaim.delete.rawValue),
            "What becomes of /data when the agent is deleted."))

    static let resources = ObjectSchema(
        FieldSchema("limits", .object(limits), "What its processes may use at most."))

    private static let limits = ObjectSchema(
        FieldSchema(
            "cpu", .quantity, "Cores: 2, 500m. \(AgentDefaults.cpu) where neither agent nor template says any."),
        FieldSchema(
            "memory", .quantity, "Bytes: 2Gi. \(AgentDefaults.memory) where neither agent nor template says any."))

    static let secrets = FieldType.list(.object(secret), ListRule(maximum: ValidationLimits.secrets, key: "name"))

    private static let secret = ObjectSchema(
        FieldSchema("name", .text(.variable), required: true, "Also the variable that holds the placeholder."),
        FieldSchema(
            "mode", .word(SecretMode.allCases.map(\.rawValue)), default: .text(SecretMode.proxy.rawValue),
            "proxy: the agent holds a placeholder and the gateway puts the value in. agent: the agent may read the value; "
                + "then the fields below stay out."),
        FieldSchema(
            "canary", .boolean,
            "A lure that nothing has a reason to use: any use raises an alarm. On Kubernetes not supported yet."),
        FieldSchema(
            "hosts", .list(.text(.host), ListRule(minimum: 1, maximum: ValidationLimits.listItems)),
            "The only hosts that it is ever sent to, exact or *.suffix."),
        FieldSchema(
            "in", .list(.word(SecretPosition.allCases.map(\.rawValue)), ListRule(minimum: 1, maximum: 5)),
            "Where in a request the placeholder may stand; header if left out. query, path, body: not supported yet."),
        FieldSchema(
            "placeholder", .text(TextRule(minimum: 1, maximum: 256)),
            "Its pattern, as ghp_{random:36}; \(AgentDefaults.placeholder) if left out."),
        rules: [
            ServerRule(
                expression: "self.mode == 'proxy' ? has(self.hosts) : "
                    + "!has(self.hosts) && !has(self.__in__) && !has(self.placeholder)",
                message: "a secret of mode proxy needs hosts; one of mode agent has neither hosts, in nor placeholder")
        ])

    static let idle = ObjectSchema(
        FieldSchema("after", .text(.duration), "Without activity, as 30m."),
        FieldSchema("warnBefore", .text(.duration), "How long before that it is said; left out, nothing is said."),
        FieldSchema("action", .word(Shutdown.allCases.map(\.rawValue)), "What is done; suspend if left out."),
        FieldSchema("cpuFloor", .quantity, "Cores, as 50m, which is also the default: who computes more isn't idle."),
        FieldSchema(
            "ignoreHosts",
            .list(.text(TextRule(minimum: 1, maximum: 255)), ListRule(maximum: ValidationLimits.ignoredHosts)),
            "Hosts, exact or *.suffix, that can be asked without being active."))

    static let wake = ObjectSchema(
        FieldSchema(
            "schedule", .text(TextRule(minimum: 9, maximum: 256)),
            "Minute, hour, day of the month, month and day of the week in UTC, as 0 8 * * mon-fri."))

    private static let condition = ObjectSchema(
        FieldSchema("type", .text(), required: true, "What is looked at: Ready and others."),
        FieldSchema("status", .word(Condition.Status.allCases.map(\.rawValue)), required: true, "Whether it is so."),
        FieldSchema("reason", .text(), required: true, "One word for programs."),
        FieldSchema("message", .text(), required: true, "One sentence for people."),
        FieldSchema("observedGeneration", .integer(), "The metadata.generation that was looked at."),
        FieldSchema("lastTransitionTime", .time, "When the status last became another one."))
}

extension ObjectSchema {
    /// Shared by every kind with a status.
    static let conditions = FieldSchema(
        "conditions", .list(.object(condition), ListRule(key: "type")), "What the platform found out, one of each type."
    )
}
