/// The OCSF classes that Palana's records are (https://schema.ocsf.io/1.6.0). Agents and parts of the platform that
/// start and stop are Application Lifecycle and not API Activity: most such changes (a crash, idling, a restart) come
/// without any call, and API Activity can't do without one.
public enum OCSFClass: Int, Sendable, CaseIterable {
    case networkActivity = 4001
    case httpActivity = 4002
    case applicationLifecycle = 6002
    case apiActivity = 6003

    public static let schemaVersion = "1.6.0"

    public var categoryUID: Int { rawValue / 1000 }

    public init(for event: AuditEvent) {
        switch event.kind {
        case .decision, .completion: self = event.method == nil ? .networkActivity : .httpActivity
        case .connection: self = .networkActivity
        case .lifecycle, .platform: self = .applicationLifecycle
        case .secret, .policy: self = .apiActivity
        }
    }

    /// `activity_id`; 99 (other) where the schema has no word for it, `activity_name` says it then.
    public func activity(of event: AuditEvent) -> Int {
        switch self {
        case .httpActivity: Self.methods[event.method ?? ""] ?? Self.other
        case .networkActivity: Self.networkActivity(of: event)
        case .applicationLifecycle: Self.lifecycle[event.action] ?? Self.other
        case .apiActivity: Self.calls[event.action] ?? Self.other
        }
    }

    public static let other = 99

    private static func networkActivity(of event: AuditEvent) -> Int {
        switch event.outcome {
        case .denied: 5
        case .failed: 4
        case .succeeded: 2
        case .allowed: 1
        case .asked: other
        }
    }

    private static let methods = [
        "CONNECT": 1, "DELETE": 2, "GET": 3, "HEAD": 4, "OPTIONS": 5, "POST": 6, "PUT": 7, "TRACE": 8, "PATCH": 9,
    ]

    private static let lifecycle = [
        "created": 1, "deleted": 2, "started": 3, "resumed": 3, "stopped": 4, "suspended": 4, "exited": 4, "killed": 4,
        "released": 3,
        "restarted": 5, "enabled": 6, "disabled": 7, "updated": 8,
    ]

    private static let calls = [
        "added": 1, "created": 1, "read": 2, "listed": 2, "rotated": 3, "updated": 3, "applied": 3, "accepted": 3,
        "removed": 4, "deleted": 4,
    ]
}
