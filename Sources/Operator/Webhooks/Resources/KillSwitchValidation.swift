internal import KubernetesClient
internal import PalanaCore

/// Decides whether a kill switch can be taken. Its webhook may be away: what it refuses would reach nobody, or
/// release somebody without being a release.
public struct KillSwitchValidation: Admission {
    private let directory: any AdmissionDirectory
    private let platformNamespace: String
    private let validator = ResourceValidator(support: .kubernetes)

    public init(directory: any AdmissionDirectory, platformNamespace: String) {
        self.directory = directory
        self.platformNamespace = platformNamespace
    }

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        guard request.operation == .create || request.operation == .update else { return .allowed() }
        let kill: KillSwitch = try request.decoded()
        let old: KillSwitch? = request.decodedOld()
        if let old, kill.spec == old.spec || kill.metadata.deletionTimestamp != nil { return .allowed() }
        var report = validator.report(on: kill)
        if let old {
            report.errors += ResourceValidator.changeReport(from: old.spec, to: kill.spec).errors
        }
        let isEverywhere = kill.metadata.namespace == platformNamespace
        if isEverywhere, let agent = kill.spec.target.agent, AgentReference(agent) == nil {
            let problem = "whose? In the platform's namespace name the owner, too: owner/\(agent)"
            report.errors.append(ValidationError(FieldPath("spec.target.agent"), text: agent, problem))
        }
        report.warnings += warnings(kill, isEverywhere: isEverywhere)
        return .of(report.errors, warnings: report.warnings)
    }

    /// Only warned about: the watch may not have seen the tenant yet, and nothing is to hold a kill up.
    private func warnings(_ kill: KillSwitch, isEverywhere: Bool) -> [ValidationError] {
        if isEverywhere, kill.spec.target.selector != nil {
            let problem =
                "owners set their agents' labels themselves, and one without them is let go; name agent or owner"
            return [ValidationError(FieldPath("spec.target.selector"), problem)]
        }
        guard directory.isSynced, !isEverywhere else { return [] }
        let namespace = kill.metadata.namespace ?? ""
        guard let tenant = directory.tenant(namespace: namespace) else {
            let problem = "no tenant's namespace: the switch reaches nobody here"
            return [ValidationError(FieldPath("metadata.namespace"), text: namespace, problem)]
        }
        guard let owner = kill.spec.target.owner, !owner.utf8.elementsEqual(tenant.spec.owner.utf8) else { return [] }
        let problem = "has no agents in \(namespace): the switch reaches nobody"
        return [ValidationError(FieldPath("spec.target.owner"), text: owner, problem)]
    }
}
