internal import KubernetesClient
public import PalanaCore

/// What becomes of one request.
public enum AdmissionVerdict: Sendable, Hashable {
    /// It may pass, as it is or changed by the patch.
    case allowed(patch: [JSONPatchStep] = [], warnings: [String] = [])
    case denied(AdmissionDenial)

    /// It passes when nothing is wrong with it.
    static func of(_ problems: [ValidationError], warnings: [ValidationError] = []) -> AdmissionVerdict {
        guard problems.isEmpty else { return .denied(.invalid(problems)) }
        return .allowed(warnings: warnings.map(\.description))
    }

    static func forbidden(_ sentence: String) -> AdmissionVerdict { .denied(.forbidden(sentence)) }
}

/// Why a request is refused.
public enum AdmissionDenial: Error, Sendable, Hashable, CustomStringConvertible {
    /// The object can't be taken: each field with what is wrong.
    case invalid([ValidationError])
    /// This user may not do it.
    case forbidden(String)
    /// It can't be decided now; the same may pass later.
    case unavailable(String)
    /// The question makes no sense.
    case malformed(String)

    public var description: String {
        switch self {
        case .invalid(let problems): problems.map(\.description).joined(separator: "; ")
        case .forbidden(let sentence), .unavailable(let sentence), .malformed(let sentence): sentence
        }
    }

    /// Code and reason of a `Status` of the API.
    var status: (code: Int, reason: String) {
        switch self {
        case .invalid: (422, "Invalid")
        case .forbidden: (403, "Forbidden")
        case .unavailable: (503, "ServiceUnavailable")
        case .malformed: (400, "BadRequest")
        }
    }
}

/// Decides about one kind of request. What it throws becomes a refusal: whoever is unsure says no.
public protocol Admission: Sendable {
    func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict
}
