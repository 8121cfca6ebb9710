internal import KubernetesClient
internal import PalanaCore

/// Decides whether a template can be taken.
public struct TemplateValidation: Admission {
    private let validator = ResourceValidator(support: .kubernetes)

    public init() {}

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        guard request.operation == .create || request.operation == .update else { return .allowed() }
        let template: AgentTemplate = try request.decoded()
        let old: AgentTemplate? = request.decodedOld()
        if let old, template.spec == old.spec || template.metadata.deletionTimestamp != nil { return .allowed() }
        let report = validator.report(on: template)
        return .of(report.errors, warnings: report.warnings)
    }
}
