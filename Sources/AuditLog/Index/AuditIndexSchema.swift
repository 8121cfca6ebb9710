import Foundation
import GRDB
import PalanaCore

/// The tables of the index: what can be searched for, and where the line is. The lines stay in the files.
enum AuditIndexSchema {
    /// Another version is dropped and built anew.
    static let version = 1

    static func prepare(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version")
        guard found != version else { return }
        try database.execute(sql: "DROP TABLE IF EXISTS records; DROP TABLE IF EXISTS positions")
        try database.execute(sql: tables)
        try database.execute(sql: "PRAGMA user_version = \(version)")
    }

    private static let tables = """
        CREATE TABLE records (
            replica TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL,
            kind TEXT NOT NULL, outcome TEXT NOT NULL,
            agent TEXT, agent_name TEXT, owner TEXT, host TEXT, code TEXT, decision_id TEXT,
            file TEXT NOT NULL, offset INTEGER NOT NULL,
            PRIMARY KEY (replica, seq)
        ) WITHOUT ROWID;
        CREATE INDEX records_time ON records (time);
        CREATE INDEX records_agent ON records (agent, time);
        CREATE INDEX records_agent_name ON records (agent_name, time);
        CREATE INDEX records_owner ON records (owner, time);
        CREATE INDEX records_host ON records (host, time);
        CREATE INDEX records_code ON records (code, time) WHERE code IS NOT NULL;
        CREATE INDEX records_decision ON records (decision_id) WHERE decision_id IS NOT NULL;
        CREATE TABLE positions (
            replica TEXT PRIMARY KEY, file TEXT NOT NULL, offset INTEGER NOT NULL, seal TEXT NOT NULL
        ) WITHOUT ROWID;
        """

    static func insert(_ entry: AuditEntry, into database: Database) throws {
        let row = entry.row
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            row.replica, row.sequence, milliseconds(row.time), row.kind, row.outcome, row.agent, row.agentName,
            row.owner,
            row.host, row.code, row.decisionID, entry.file.fileName, entry.offset,
        ])
    }

    static func milliseconds(_ time: Date) -> Int64 {
        Int64(exactly: (time.timeIntervalSince1970 * 1000).rounded()) ?? 0
    }

    /// Where a query's lines are, newest first.
    static func places(for query: AuditQuery, in database: Database) throws -> [Row] {
        var conditions: [SQL] = []
        if let agent = query.agent { conditions.append("(agent = \(agent) OR agent_name = \(agent))") }
        if let owner = query.owner { conditions.append("owner = \(owner)") }
        if let host = query.host { conditions.append(condition(onHost: host)) }
        if let outcome = query.outcome { conditions.append("outcome = \(outcome)") }
        if let kind = query.kind { conditions.append("kind = \(kind)") }
        if let code = query.code { conditions.append("code = \(code)") }
        if let id = query.decisionID { conditions.append("decision_id = \(id)") }
        if let since = query.since { conditions.append("time >= \(milliseconds(since))") }
        if let until = query.until { conditions.append("time < \(milliseconds(until))") }
        let filter: SQL = conditions.isEmpty ? "TRUE" : conditions.joined(separator: " AND ")
        let sql: SQL = """
            SELECT replica, seq, file, offset FROM records WHERE \(filter)
            ORDER BY time DESC, seq DESC LIMIT \(max(0, query.limit))
            """
        return try Row.fetchAll(database, SQLRequest(literal: sql))
    }

    private static func condition(onHost host: String) -> SQL {
        guard host.hasPrefix("*.") else { return "host = \(host)" }
        let suffix = String(host.dropFirst())
        return "substr(host, \(-suffix.count)) = \(suffix)"
    }
}
