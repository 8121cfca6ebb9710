/// The webhooks, by the path that each is asked at.
public enum WebhookPath: String, Sendable, CaseIterable {
    case hardenPods = "/mutate/pods"
    case setOwner = "/mutate/agents"
    case checkPods = "/validate/pods"
    case checkAgents = "/validate/agents"
    case checkTemplates = "/validate/agenttemplates"
    case checkPolicies = "/validate/egresspolicies"
    case checkKillSwitches = "/validate/killswitches"
    case checkTenants = "/validate/tenants"
}
