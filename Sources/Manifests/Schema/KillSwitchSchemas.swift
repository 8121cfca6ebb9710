internal import PalanaCore

extension ObjectSchema {
    static let killSwitchSpec = ObjectSchema(
        FieldSchema("target", .object(killTarget), required: true, "The agents it stops: exactly one of the fields."),
        FieldSchema(
            "level", .word(KillSwitchSpec.Level.allCases.map(\.rawValue)),
            default: .text(KillSwitchSpec.Level.network.rawValue),
            "What is taken from them. network: nothing leaves the agent any more, and what is open is cut. freeze: its "
                + "processes stand still, too; Kubernetes has no pause, so there it acts as network. suspend: its "
                + "processes are ended, /data stays. terminate: the agent is deleted, /data by its reclaim policy."),
        FieldSchema(
            "reason", .text(TextRule(minimum: 1, maximum: ValidationLimits.reason)), required: true,
            "Why, for those who find their agent stopped."),
        FieldSchema(
            "expiresAt", .time, "When the agents are released. Left out, when the switch is deleted."))

    private static let killTarget = ObjectSchema(
        FieldSchema(
            "agent", .text(TextRule(minimum: 1, maximum: ValidationLimits.owner + 41)),
            "One agent: its name in a tenant namespace, owner/name everywhere."),
        FieldSchema("owner", .text(.owner), "All agents of this owner."),
        FieldSchema("selector", .object(killSelector), "All agents with these labels."),
        FieldSchema("all", .boolean, "Every agent that the switch's namespace may reach. Only true has a meaning."),
        rules: [
            ServerRule(
                expression:
                    "[has(self.agent), has(self.owner), has(self.selector), has(self.all)].filter(x, x).size() == 1",
                message: "give exactly one of agent, owner, selector and all")
        ])

    private static let killSelector = ObjectSchema(
        FieldSchema("labels", .textMap(), required: true, "Labels that an agent must have, all of them."))

    static let killSwitchStatus = ObjectSchema(
        conditions,
        FieldSchema(
            "effectiveLevel", .word(KillSwitchSpec.Level.allCases.map(\.rawValue)),
            "What the level comes to where the agents run."),
        FieldSchema(
            "agents", .list(.object(killHit), ListRule(key: "agent")), "The agents that it reached."),
        FieldSchema(
            "gateways", .list(.object(killGateway), ListRule(key: "name")),
            "What each replica of the gateway cut off; on Kubernetes."))

    private static let killGateway = ObjectSchema(
        FieldSchema("name", .text(), required: true, "The replica's pod."),
        FieldSchema(
            "agents", .integer(), required: true, "How many agents have nothing open there any more."),
        FieldSchema("observedGeneration", .integer(), "The generation of the switch that this is about."),
        FieldSchema("effectiveAt", .time, "When the last of them had nothing open any more."),
        FieldSchema("milliseconds", .integer(), "How long the slowest took, from when the replica saw the switch."))

    private static let killHit = ObjectSchema(
        FieldSchema("agent", .text(), required: true, "The agent's own namespace."),
        FieldSchema("effectiveAt", .time, "When nothing of it was running or open any more; left out, not yet."),
        FieldSchema("milliseconds", .integer(), "How long that took."))
}
