import Foundation

/// One audit event in the shape of an OCSF record. Where it stands in its chain is added by the audit log, under
/// `unmapped.chain`, beside our own fields in `unmapped.palana`.
public struct OCSFRecord: Sendable {
    /// The top-level members but `unmapped`, all of which sort before it.
    public var attributes: CanonicalMembers
    /// `unmapped.palana`.
    public var palana: CanonicalMembers
}

/// Turns events into records: pure, bounded, and without room for a secret. Every text is made harmless, and what is
/// never recorded (query values, header values, user info) is cut off even when a caller left it in.
public struct OCSFMapping: Sendable {
    /// Of the product that writes.
    public var productVersion: String
    /// The last line of defence: replaces known secret values in any text (see `AuditText.masking`). Applied to every
    /// text of every record.
    public var mask: (@Sendable (String) -> String)?

    public init(productVersion: String, mask: (@Sendable (String) -> String)? = nil) {
        self.productVersion = productVersion
        self.mask = mask
    }

    /// - Parameter uid: names this record among all records.
    public func record(of event: AuditEvent, uid: String) -> OCSFRecord {
        OCSFRecord(attributes: attributes(of: event, uid: uid), palana: palana(of: event))
    }

    private func attributes(of event: AuditEvent, uid: String) -> CanonicalMembers {
        let kind = OCSFClass(for: event)
        let activity = kind.activity(of: event)
        var members = CanonicalMembers()
        members.set("activity_id", activity)
        members.set("activity_name", activity == OCSFClass.other ? text(event.action, 64) : nil)
        members.set("category_uid", kind.categoryUID)
        members.set("class_uid", kind.rawValue)
        members.set("type_uid", kind.rawValue * 100 + activity)
        members.set("severity_id", OCSFSeverity(for: event).rawValue)
        members.set("time", milliseconds(event.time.timeIntervalSince1970))
        members.set("duration", event.duration.map { milliseconds($0 / 1000) })
        members.set("metadata", metadata(of: event, uid: uid))
        members.set("count", event.count)
        setStatus(of: event, in: &members)
        setParties(of: event, as: kind, in: &members)
        return members
    }

    private func metadata(of event: AuditEvent, uid: String) -> CanonicalMembers {
        var product = CanonicalMembers()
        product.set("name", "Palana")
        product.set("vendor_name", "Palana")
        product.set("version", productVersion)
        var members = CanonicalMembers()
        members.set("product", product)
        members.set("profiles", ["host", "security_control"])
        members.set("uid", uid)
        members.set("version", OCSFClass.schemaVersion)
        members.set("correlation_uid", text(event.decisionID?.rawValue, 64))
        return members
    }

    private func setStatus(of event: AuditEvent, in members: inout CanonicalMembers) {
        let ids = OutcomeIDs(event.outcome)
        members.set("status_id", ids.status)
        members.set("status_code", event.code?.rawValue)
        members.set("status_detail", text(event.reason, 1024))
        guard event.isEgress else { return }
        members.set("action_id", ids.action)
        members.set("disposition_id", ids.disposition)
        var rule = CanonicalMembers()
        rule.set("name", text(event.rule, 256))
        members.set("firewall_rule", rule)
        var policy = CanonicalMembers()
        policy.set("version", text(event.policyRevision, 128))
        members.set("policy", policy)
    }

    /// `time` and `duration` are whole milliseconds; what no clock says becomes 0.
    private func milliseconds(_ seconds: Double) -> Int {
        Int(exactly: (seconds * 1000).rounded()) ?? 0
    }

    func text(_ value: String?, _ limit: Int) -> String? {
        guard let value else { return nil }
        return AuditText.harmless(mask?(value) ?? value, limit: limit)
    }

    func texts(_ values: [String]?, _ limit: Int, cutAt marks: String = "") -> [String]? {
        values?.prefix(Self.mostItems).compactMap { text(AuditText.before(marks, in: $0), limit) }
    }

    /// Of a list; more are left out, and `unmapped.palana.left_out` says how many.
    static let mostItems = 64
}

/// The ids that OCSF's `status`, `action` and `disposition` have for an outcome.
private struct OutcomeIDs {
    let status: Int
    let action: Int
    let disposition: Int

    init(_ outcome: AuditEvent.Outcome) {
        (status, action, disposition) =
            switch outcome {
            case .allowed: (1, 1, 1)  // success, allowed, allowed
            case .succeeded: (1, 1, 17)  // success, allowed, logged
            case .denied: (2, 2, 2)  // failure, denied, blocked
            case .asked: (99, 99, 14)  // other, other, delayed
            case .failed: (2, 1, 27)  // failure, allowed, error
            }
    }
}

extension AuditEvent {
    /// Whether it is about something that left, or wanted to leave, an agent.
    var isEgress: Bool {
        kind == .decision || kind == .completion || kind == .connection
    }
}
