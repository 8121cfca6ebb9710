import AuditLog
import Foundation

/// Audit events for people.
enum AuditText {
    static let header = ["TIME", "AGENT", "WHAT", "OUTCOME", "TARGET", "RULE OR REASON"]

    /// A table of events.
    static func table(_ rows: [AuditRow]) -> String {
        Table(header, rows: rows.map(columns)).rendered()
    }

    /// One event on a line of its own, for a stream.
    static func line(_ row: AuditRow) -> String {
        columns(row).map(Terminal.visible).joined(separator: "  ")
    }

    private static func columns(_ row: AuditRow) -> [String] {
        [
            row.time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            row.agentName ?? row.agent ?? "-", "\(row.kind) \(row.action)", outcome(row), target(row), why(row),
        ]
    }

    private static func outcome(_ row: AuditRow) -> String {
        [row.outcome, row.code, row.status.map(String.init)].compactMap(\.self).joined(separator: " ")
    }

    private static func target(_ row: AuditRow) -> String {
        guard let host = row.host else { return row.resource ?? row.detail ?? "-" }
        let port = row.port.map { ":\($0)" } ?? ""
        return [row.method, "\(host)\(port)\(row.path ?? "")"].compactMap(\.self).joined(separator: " ")
    }

    private static func why(_ row: AuditRow) -> String {
        let secrets = row.secrets.isEmpty ? nil : "secrets \(row.secrets.joined(separator: ", "))"
        let parts = [row.rule, row.rule == nil ? row.reason : nil, secrets].compactMap(\.self)
        return parts.isEmpty ? row.actor.map { "by \($0)" } ?? "-" : parts.joined(separator: "; ")
    }
}
