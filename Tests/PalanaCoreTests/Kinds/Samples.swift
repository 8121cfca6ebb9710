import PalanaCore

enum Samples {
    static func agent(
        _ name: String = "demo", owner: String? = "alice@example.com", _ change: (inout AgentSpec) -> Void = { _ in }
    ) -> Agent {
        var spec = AgentSpec(owner: owner)
        change(&spec)
        return Agent(metadata: ObjectMeta(name: name), spec: spec)
    }

    static func template(_ spec: AgentTemplateSpec) -> AgentTemplate {
        AgentTemplate(metadata: ObjectMeta(name: "base"), spec: spec)
    }
}
