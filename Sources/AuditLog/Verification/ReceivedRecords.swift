import Foundation
import GRDB
import PalanaCore

/// The records in what a receiver of OTLP/HTTP wrote down: JSON, one `ExportLogsServiceRequest` (or `LogsData`, which has
/// the same shape) a line. Delivery is at least once and receivers may turn requests around, so they are put in order,
/// and what came twice counts once. Kept in a database of SQLite's that has no name and goes with this value, for there
/// may be more than fits in memory.
struct ReceivedRecords {
    struct Record {
        var bytes: [UInt8]
        /// Where it was first.
        var file: String
        var line: Int
    }

    private let database: DatabaseQueue
    private(set) var files = 0
    /// The public keys that came along, PEM.
    private(set) var keys: Set<String> = []

    /// Receivers may join many requests.
    private static let longestLine = 64 << 20

    init() throws(AuditFailure) {
        do {
            database = try DatabaseQueue(path: "")
            try database.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE records (
                            replica TEXT NOT NULL, seq INTEGER NOT NULL, bytes BLOB NOT NULL,
                            file TEXT NOT NULL, line INTEGER NOT NULL,
                            PRIMARY KEY (replica, seq, bytes)
                        ) WITHOUT ROWID
                        """)
            }
        } catch {
            throw AuditFailure("Received records can't be put in order: \(error)")
        }
    }

    /// Whether the file begins as such an export does.
    static func isExport(_ path: String) throws(AuditFailure) -> Bool {
        do {
            let start = try InputFile(path).read(atMost: 256).filter { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            return start.starts(with: #"{"resourceLogs":"#.utf8)
        } catch {
            throw AuditFailure(error.sentence)
        }
    }

    mutating func add(_ path: String) throws(AuditFailure) {
        files += 1
        do {
            var reader = try LineReader(path, longest: Self.longestLine)
            var number = 0
            while let line = try reader.next() {
                number += 1
                if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { continue }
                // A last line without an end that can be read is whole.
                guard let export = try? JSONDecoder().decode(ExportedLogs.self, from: Data(line.bytes)) else {
                    throw AuditFailure("\(path):\(number): no OTLP request in JSON; export one a line")
                }
                keys.formUnion(export.keys)
                let bodies = export.bodies
                try database.write { database in
                    for body in bodies { try Self.insert(Array(body.utf8), path, number, into: database) }
                }
            }
        } catch let failure as AuditFailure {
            throw failure
        } catch {
            throw AuditFailure((error as? FileProblem)?.sentence ?? "Received records can't be put in order: \(error)")
        }
    }

    /// What is no line of an audit log comes first, to be found.
    private static func insert(_ bytes: [UInt8], _ file: String, _ line: Int, into database: Database) throws {
        let stamp = ParsedLine(bytes[...])?.stamp
        try database.cachedStatement(sql: "INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [stamp?.replica ?? "", stamp?.sequence ?? 0, Data(bytes), file, line])
    }

    /// Chain by chain, in order, until `body` says that it has seen enough.
    func read(_ body: (Record) -> Bool) throws(AuditFailure) {
        do {
            try database.read { database in
                let rows = try Row.fetchCursor(
                    database, sql: "SELECT bytes, file, line FROM records ORDER BY replica, seq, bytes")
                while let row = try rows.next() {
                    let record = Record(bytes: Array(row["bytes"] as Data), file: row["file"], line: row["line"])
                    guard body(record) else { return }
                }
            }
        } catch {
            throw AuditFailure("Received records can't be read: \(error)")
        }
    }
}

/// As much of a request as matters here.
private struct ExportedLogs: Decodable {
    struct Value: Decodable {
        struct List: Decodable {
            var values: [Value]?
        }

        var stringValue: String?
        var arrayValue: List?
    }

    struct Attribute: Decodable {
        var key: String
        var value: Value?
    }

    struct Resource: Decodable {
        var attributes: [Attribute]?
    }

    struct Scope: Decodable {
        var name: String?
    }

    struct Record: Decodable {
        var body: Value?
    }

    struct ScopeLogs: Decodable {
        var scope: Scope?
        var logRecords: [Record]?
    }

    struct ResourceLogs: Decodable {
        var resource: Resource?
        var scopeLogs: [ScopeLogs]?
    }

    var resourceLogs: [ResourceLogs]

    /// Of our records: other programs' may be in the same export.
    var bodies: [String] {
        resourceLogs.flatMap { $0.scopeLogs ?? [] }.filter { $0.scope?.name == OTLPLogs.scope }
            .flatMap { $0.logRecords ?? [] }.map { $0.body?.stringValue ?? "" }
    }

    var keys: [String] {
        resourceLogs.flatMap { $0.resource?.attributes ?? [] }.filter { $0.key == OTLPLogs.keysAttribute }
            .flatMap { $0.value?.arrayValue?.values ?? [] }.compactMap(\.stringValue)
    }
}
