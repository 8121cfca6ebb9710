internal import PalanaCore

/// The parts that the kinds are made of.
extension ObjectSchema {
    static let environmentVariable = ObjectSchema(
        FieldSchema("name", .text, required: true),
        FieldSchema("value", .text, required: true))

    static let workspace = ObjectSchema(
        FieldSchema("size", .quantity),
        FieldSchema("storageClassName", .text),
        FieldSchema("reclaim", .word(Workspace.Reclaim.allCases.map(\.rawValue))))

    static let resources = ObjectSchema(FieldSchema("limits", .object(limits)))

    private static let limits = ObjectSchema(
        FieldSchema("cpu", .quantity),
        FieldSchema("memory", .quantity))

    static let secret = ObjectSchema(
        FieldSchema("name", .text, required: true),
        FieldSchema("mode", .word(SecretMode.allCases.map(\.rawValue))),
        FieldSchema("hosts", .list(.text)),
        FieldSchema("in", .list(.word(SecretPosition.allCases.map(\.rawValue)))),
        FieldSchema("placeholder", .text))

    static let egress = ObjectSchema(
        FieldSchema("default", .word(AgentSnapshot.EgressDefault.allCases.map(\.rawValue))),
        FieldSchema("allow", .list(.object(rule))),
        FieldSchema("peers", .list(.object(peer))))

    static let rule = ObjectSchema(
        FieldSchema("host", .text, required: true),
        FieldSchema("ports", .list(.integer)),
        FieldSchema("methods", .list(.text)),
        FieldSchema("paths", .list(.text)),
        FieldSchema("credentials", .word(EgressRule.Credentials.allCases.map(\.rawValue))),
        FieldSchema("cookies", .word(EgressRule.Cookies.allCases.map(\.rawValue))))

    static let ingress = ObjectSchema(
        FieldSchema("port", .integer),
        FieldSchema("peers", .list(.object(peer))))

    private static let peer = ObjectSchema(
        FieldSchema("agent", .text, required: true),
        FieldSchema("port", .integer))

    static let idle = ObjectSchema(
        FieldSchema("after", .text),
        FieldSchema("warnBefore", .text),
        FieldSchema("action", .word(Idle.Action.allCases.map(\.rawValue))))

    static let agentSelector = ObjectSchema(
        FieldSchema("labels", .textMap),
        FieldSchema("owners", .list(.text)))

    static let placeholder = ObjectSchema(
        FieldSchema("secret", .text, required: true),
        FieldSchema("value", .text, required: true))

    private static let condition = ObjectSchema(
        FieldSchema("type", .text, required: true),
        FieldSchema("status", .word(Condition.Status.allCases.map(\.rawValue)), required: true),
        FieldSchema("reason", .text, required: true),
        FieldSchema("message", .text, required: true),
        FieldSchema("observedGeneration", .integer),
        FieldSchema("lastTransitionTime", .time))
}

extension ObjectSchema {
    /// Shared by every kind with a status.
    static let conditions = FieldSchema("conditions", .list(.object(condition)))
}
