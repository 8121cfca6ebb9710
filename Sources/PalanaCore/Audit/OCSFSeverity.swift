/// `severity_id` of a record: how much a person should care.
public enum OCSFSeverity: Int, Sendable {
    case informational = 1
    case low = 2
    case medium = 3
    case high = 4

    public init(for event: AuditEvent) {
        if event.kind == .platform, event.count != nil, event.outcome == .failed {
            self = .high
        } else if event.kind == .platform, event.action == "alarm" {
            self = .high
        } else if let code = event.code {
            self.init(code)
        } else {
            self = event.outcome == .denied || event.outcome == .failed ? .low : .informational
        }
    }

    private init(_ code: RefusalCode) {
        switch code {
        // Somebody tries to carry a credential out, or to bring one in.
        case .foreignPlaceholder, .placeholderNotAllowedHere, .foreignCredential, .unknownAgent: self = .high
        // An attempt to get around the gateway, or the platform is unwell.
        case .authorityMismatch, .privateAddress, .policyUnavailable, .vaultUnavailable, .auditUnavailable:
            self = .medium
        case .awaitingApproval: self = .informational
        default: self = .low
        }
    }
}
