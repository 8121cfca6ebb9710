import ArgumentParser
import AuditLog
import Foundation
import PalanaCore

/// `palana audit query`.
struct AuditSearch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Search the audit trail.",
        discussion: """
            palana audit query --agent demo --outcome denied --since 1h
              palana audit query --host api.github.com -o json
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Option(help: "An agent's name.")
    var agent: String?

    @Option(help: "A raw owner.")
    var owner: String?

    @Option(help: "A host.")
    var host: String?

    @Option(
        name: [.customLong("decision"), .customLong("outcome")], help: "allowed, denied, asked, succeeded or failed.")
    var outcome: AuditEvent.Outcome?

    @Option(help: "An error code such as denied_by_policy.")
    var code: RefusalCode?

    @Option(name: .customLong("id"), help: "One decision's id, as in x-palana-decision.")
    var decisionID: String?

    @Option(help: "Not before: a time (2026-01-01T00:00:00Z) or how long ago (30m, 2h, 7d).")
    var since: Moment?

    @Option(help: "Not after: a time or how long ago.")
    var until: Moment?

    @Option(help: "At most so many events, the newest.")
    var limit = 100

    func run() async throws {
        var query = AuditQuery()
        query.agent = agent
        query.owner = owner
        query.host = host
        query.outcome = outcome?.rawValue
        query.code = code?.rawValue
        query.decisionID = decisionID
        query.since = since?.date
        query.until = until?.date
        query.limit = limit
        do {
            let entries = try await AuditIndex(try platform.auditFolder()).query(query)
            switch output.output {
            case .table: Terminal.write(entries.isEmpty ? "No events match." : AuditText.table(entries.map(\.row)))
            case .json: Terminal.write(entries.map(\.line).joined(separator: "\n"))
            case .yaml: try output.print(entries.map(\.row)) { "" }
            }
        } catch {
            throw CommandFailure(.failed, (error as? AuditFailure)?.reason ?? "\(error)")
        }
    }
}

/// A point in time as people type it.
struct Moment: ExpressibleByArgument {
    var date: Date

    init?(argument: String) {
        if let stamp = Timestamp(argument) {
            date = stamp.date
        } else if let ago = Quantities.duration(argument) {
            date = Date(timeIntervalSinceNow: -Double(ago.components.seconds))
        } else if argument.hasSuffix("d"), let days = Int(argument.dropLast()) {
            date = Date(timeIntervalSinceNow: -Double(days) * 86_400)
        } else {
            return nil
        }
    }
}
