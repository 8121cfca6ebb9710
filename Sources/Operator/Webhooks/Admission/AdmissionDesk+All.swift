public import Logging

extension AdmissionDesk {
    /// The desk with every webhook that there is.
    public init(
        directory: any AdmissionDirectory, reviewer: any ActingReviewer, compiler: any PolicyCompiler,
        platformNamespace: String, pods: PodConfiguration = PodConfiguration(), logger: Logger
    ) {
        self.init(
            [
                .hardenPods: PodMutation(directory: directory, configuration: pods),
                .setOwner: AgentMutation(directory: directory),
                .checkPods: PodValidation(directory: directory, configuration: pods),
                .checkAgents: AgentValidation(directory: directory, reviewer: reviewer),
                .checkTemplates: TemplateValidation(),
                .checkPolicies: PolicyValidation(compiler: compiler),
                .checkKillSwitches: KillSwitchValidation(directory: directory, platformNamespace: platformNamespace),
                .checkTenants: TenantValidation(directory: directory),
            ], logger: logger)
    }
}
