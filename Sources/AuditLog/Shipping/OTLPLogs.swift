import Foundation
import PalanaCore

/// Records as an `ExportLogsServiceRequest` in JSON (OpenTelemetry protocol 1.x, "JSON Protobuf Encoding": 64-bit numbers
/// are strings, enumerations numbers). The body of each is its line byte for byte, so that whoever has what was received
/// can verify the chain.
struct OTLPLogs: Sendable {
    /// Of the instrumentation scope: tells our records from others in a receiver's export.
    static let scope = "palana.audit"
    /// The resource's attribute with the public keys of the checkpoints, PEM.
    static let keysAttribute = "palana.audit.keys"

    let replica: String
    /// PEM.
    let keys: [String]

    func request(_ records: [ShippingBatch.Record], observed: Date) -> [UInt8] {
        var scope = CanonicalMembers()
        scope.set("name", Self.scope)
        var scopeLogs = CanonicalMembers()
        scopeLogs.set("scope", scope)
        scopeLogs.set("logRecords", .array(records.map { .object(members(of: $0, observed: observed)) }))
        var resourceLogs = CanonicalMembers()
        resourceLogs.set("resource", resource)
        resourceLogs.set("scopeLogs", .array([.object(scopeLogs)]))
        var request = CanonicalMembers()
        request.set("resourceLogs", .array([.object(resourceLogs)]))
        var bytes: [UInt8] = []
        request.write(to: &bytes)
        return bytes
    }

    private var resource: CanonicalMembers {
        var list = CanonicalMembers()
        list.set("values", .array(keys.map { value("stringValue", $0) }))
        var all = CanonicalMembers()
        all.set("arrayValue", list)
        var resource = CanonicalMembers()
        resource.set(
            "attributes",
            .array([
                attribute("service.name", value("stringValue", "palana")),
                attribute("service.instance.id", value("stringValue", replica)),
                attribute(Self.keysAttribute, .object(all)),
            ]))
        return resource
    }

    private func members(of record: ShippingBatch.Record, observed: Date) -> CanonicalMembers {
        let facts = LineFacts(record.line)
        var members = CanonicalMembers()
        members.set("timeUnixNano", facts.time.map { nanoseconds($0) })
        members.set("observedTimeUnixNano", nanoseconds(Int((observed.timeIntervalSince1970 * 1000).rounded())))
        members.set("severityNumber", facts.severity?.number)
        members.set("severityText", facts.severity?.text)
        members.set("body", value("stringValue", record.line))
        members.set(
            "attributes",
            .array([
                attribute("palana.audit.replica", value("stringValue", replica)),
                attribute("palana.audit.sequence", value("intValue", String(record.sequence))),
                attribute("palana.audit.seal", value("stringValue", record.seal.rawValue)),
            ]))
        return members
    }

    private func attribute(_ key: String, _ value: CanonicalJSON) -> CanonicalJSON {
        var members = CanonicalMembers()
        members.set("key", key)
        members.set("value", value)
        return .object(members)
    }

    private func value(_ kind: String, _ text: String) -> CanonicalJSON {
        var members = CanonicalMembers()
        members.set(kind, text)
        return .object(members)
    }

    private func nanoseconds(_ milliseconds: Int) -> String { "\(milliseconds)000000" }
}

/// What a line says about itself that the protocol has fields for.
private struct LineFacts {
    /// Milliseconds since 1970.
    var time: Int?
    var severity: OCSFSeverity?

    init(_ line: String) {
        guard let decoded = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else { return }
        time = decoded.time > 0 ? decoded.time : nil
        severity = decoded.severity_id.flatMap(OCSFSeverity.init(rawValue:))
    }

    private struct Line: Decodable {
        var time: Int
        var severity_id: Int?
    }
}

extension OCSFSeverity {
    /// The protocol's `SeverityNumber`: INFO, INFO2, WARN, ERROR.
    fileprivate var number: Int {
        switch self {
        case .informational: 9
        case .low: 10
        case .medium: 13
        case .high: 17
        }
    }

    /// As OCSF calls it.
    fileprivate var text: String {
        switch self {
        case .informational: "Informational"
        case .low: "Low"
        case .medium: "Medium"
        case .high: "High"
        }
    }
}
