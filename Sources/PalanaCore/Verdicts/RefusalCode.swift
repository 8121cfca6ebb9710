/// Why a request was refused; the closed set that agents' programs branch on (docs/resources/errors.md).
public enum RefusalCode: String, Sendable, Codable, CaseIterable {
    case unknownAgent = "unknown_agent"
    case killed
    case suspended
    case deniedByPolicy = "denied_by_policy"
    case awaitingApproval = "awaiting_approval"
    case approvalRefused = "approval_refused"
    case authorityMismatch = "authority_mismatch"
    case portNotAllowed = "port_not_allowed"
    case privateAddress = "private_address"
    case placeholderNotAllowedHere = "placeholder_not_allowed_here"
    case foreignPlaceholder = "foreign_placeholder"
    case foreignCredential = "foreign_credential"
    case secretUnavailable = "secret_unavailable"
    case policyUnavailable = "policy_unavailable"
    case vaultUnavailable = "vault_unavailable"
    case auditUnavailable = "audit_unavailable"
    case upstreamTLS = "upstream_tls"
    case upstreamUnreachable = "upstream_unreachable"
    case answerNotRedactable = "answer_not_redactable"
    case malformedRequest = "malformed_request"

    /// 403 for decisions, 400 for what is no request, 502 and 503 for faults (RFC 9110, section 15).
    public var httpStatus: Int {
        switch self {
        case .malformedRequest: 400
        case .policyUnavailable, .vaultUnavailable, .auditUnavailable, .secretUnavailable: 503
        case .upstreamTLS, .upstreamUnreachable: 502
        default: 403
        }
    }
}
