internal import KubernetesClient
internal import PalanaCore

/// Decides whether a tenant can be taken: its fields, and that its owner has no other.
public struct TenantValidation: Admission {
    private let directory: any AdmissionDirectory
    private let validator = ResourceValidator(support: .kubernetes)

    public init(directory: any AdmissionDirectory) {
        self.directory = directory
    }

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        guard request.operation == .create || request.operation == .update else { return .allowed() }
        let tenant: Tenant = try request.decoded()
        let old: Tenant? = request.decodedOld()
        if let old, tenant.spec == old.spec || tenant.metadata.deletionTimestamp != nil { return .allowed() }
        try directory.requireSynced()
        var report = validator.report(on: tenant)
        if let old {
            report.errors += validator.reportOnChange(from: .tenant(old), to: .tenant(tenant)).errors
        }
        // A user and a group of one name would share a namespace.
        if let other = directory.tenants(owner: tenant.spec.owner).first(where: {
            $0.metadata.name != tenant.metadata.name
        }) {
            let problem = "has the Tenant \(other.metadata.name) already; change that one"
            report.errors.append(ValidationError(FieldPath("spec.owner"), text: tenant.spec.owner, problem))
        }
        return .of(report.errors, warnings: report.warnings)
    }
}
