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

    @Option(help: ArgumentHelp("An agent's name.", valueName: "name"))
    var agent: String?

    @Option(help: ArgumentHelp("A raw owner.", valueName: "owner"))
    var owner: String?

    @Option(help: ArgumentHelp("A host.", valueName: "name"))
    var host: String?

    @Option(
        name: [.customLong("decision"), .customLong("outcome")],
        help: ArgumentHelp("allowed, denied, asked, succeeded or failed.", valueName: "outcome"))
    var outcome: AuditEvent.Outcome?

    @Option(help: ArgumentHelp("An error code such as denied_by_policy.", valueName: "code"))
    var code: RefusalCode?

    @Option(name: .customLong("id"), help: ArgumentHelp("One decision's id, as in x-palana-decision.", valueName: "id"))
    var decisionID: String?

    @Option(
        help: ArgumentHelp(
            "Not before: a time (2026-01-01T00:00:00Z) or how long ago (30m, 2h, 7d).", valueName: "time"))
    var since: Moment?

    @Option(help: ArgumentHelp("Not after: a time or how long ago.", valueName: "time"))
    var until: Moment?

    @Option(help: ArgumentHelp("At most so many events, the newest.", valueName: "events"))
    var limit = 100

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        let folder = try platform.auditFolder()
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
            let entries = try await AuditIndex(folder).query(query)
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
