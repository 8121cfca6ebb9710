internal import PalanaCore

extension ObjectSchema {
    static let agentSpec = ObjectSchema(
        FieldSchema(
            "owner", .text(.owner),
            "Whose agent it is: the raw name of the user or group. Set from the request's user at creation; can't change."
        ),
        FieldSchema("template", .text(.label), "Name of the AgentTemplate that the fields below override."),
        FieldSchema(
            "image", .text(.image),
            "In a cluster a registry's image; on one machine the absolute path of a root file system, or nothing for the "
                + "machine's own /usr."),
        FieldSchema("command", command, "The program that the agent is, with its arguments."),
        FieldSchema("env", environment, "Environment variables of its processes."),
        FieldSchema(
            "workspace", .object(workspace), default: .object([]),
            "The folder /data, which outlives restarts, suspension and a new pod."),
        FieldSchema("resources", .object(resources), "What its processes may use in all."),
        FieldSchema("runtimeClassName", .text(.subdomain), "The RuntimeClass of its pod, as gvisor."),
        FieldSchema("secrets", secrets, "The secrets it may use. Their values are in the vault only."),
        FieldSchema("egress", .object(egress), "Where it may go. Left out, it may reach nothing."),
        FieldSchema("ingress", .object(ingress), "Who may come to it."),
        FieldSchema("idle", .object(idle), "What happens when it does nothing. On Kubernetes not supported yet."),
        FieldSchema(
            "suspended", .boolean, default: .boolean(false),
            "A suspended agent doesn't run, and all its requests are refused."),
        FieldSchema(
            "ttl", .text(.duration),
            "How long it may live, as 168h, counted from its creation. On Kubernetes not supported yet."),
        FieldSchema(
            "ttlAction", .word(Shutdown.allCases.map(\.rawValue)), "What happens then; suspend if left out."),
        FieldSchema(
            "wake", .object(wake),
            "When it goes on after it was suspended for doing nothing. On Kubernetes not supported yet."),
        rules: [
            ServerRule(
                expression: "!has(oldSelf.owner) || (has(self.owner) && self.owner == oldSelf.owner)",
                message: "spec.owner: the owner can't change; delete the agent and create it anew")
        ])

    static let agentTemplateSpec = ObjectSchema(
        FieldSchema("image", .text(.image), "Image of agents that name none."),
        FieldSchema("command", command, "Command of agents that name none."),
        FieldSchema("env", environment, "Variables; an agent's own of the same name wins."),
        FieldSchema("resources", .object(resources), "Limits of agents that name none."),
        FieldSchema("secrets", secrets, "Secrets, without values; an agent's own of the same name wins."),
        FieldSchema("egress", .object(egress), "Where the agents may go; their own rules are added."),
        FieldSchema("idle", .object(idle), "What happens when an agent does nothing. On Kubernetes not supported yet."))

    static let agentStatus = ObjectSchema(
        FieldSchema("phase", .word(AgentStatus.Phase.allCases.map(\.rawValue)), "Where the agent is in its life."),
        conditions,
        FieldSchema("namespace", .text(), "The agent's own namespace, which is also its identity."),
        FieldSchema("egressPort", .integer(1...65_535), "The port of the gateway that is this agent's alone."),
        FieldSchema("lastActivity", .time, "When it last did anything, where spec.idle is given."),
        FieldSchema(
            "placeholders", .list(.object(placeholder), ListRule(maximum: ValidationLimits.secrets, key: "secret")),
            "What the agent holds in place of each secret of mode proxy."))

    private static let placeholder = ObjectSchema(
        FieldSchema("secret", .text(), required: true, "Name of the secret."),
        FieldSchema("value", .text(), required: true, "The placeholder, never the secret's value."))
}
