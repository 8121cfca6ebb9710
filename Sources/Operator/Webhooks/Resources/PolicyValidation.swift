internal import KubernetesClient
internal import PalanaCore

/// Decides whether a policy can be taken: its fields, and that its module compiles and keeps to what modules may do.
public struct PolicyValidation: Admission {
    private let compiler: any PolicyCompiler
    private let validator = ResourceValidator(support: .kubernetes)

    public init(compiler: any PolicyCompiler) {
        self.compiler = compiler
    }

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        guard request.operation == .create || request.operation == .update else { return .allowed() }
        let policy: EgressPolicy = try request.decoded()
        let old: EgressPolicy? = request.decodedOld()
        if let old, policy.spec == old.spec || policy.metadata.deletionTimestamp != nil { return .allowed() }
        var report = validator.report(on: policy)
        if let selector = policy.spec.agentSelector, selector.labels?.isEmpty == false, selector.owners == nil {
            let problem =
                "owners set their agents' labels themselves, so this is for whoever wants it; name owners, too"
            report.warnings.append(ValidationError(FieldPath("spec.agentSelector"), problem))
        }
        guard report.errors.isEmpty, policy.spec.rego != nil else {
            return .of(report.errors, warnings: report.warnings)
        }
        do {
            if let problem = try await compiler.problem(with: policy) {
                report.errors.append(ValidationError(FieldPath("spec.rego"), problem))
            }
        } catch {
            throw AdmissionDenial.unavailable("spec.rego: can't be compiled now, so it is refused; try again")
        }
        return .of(report.errors, warnings: report.warnings)
    }
}
