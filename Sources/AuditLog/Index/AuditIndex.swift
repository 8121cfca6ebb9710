import Foundation
import GRDB
public import PalanaCore
public import ServiceLifecycle
import SystemPackage

/// Answers queries over an audit log. The files are the truth: the index is fed from them, built anew when it is
/// missing, corrupt, of another version or about other files, and can be deleted at any time.
public actor AuditIndex: Service {
    private let folder: AuditFolder
    private let interval: Duration
    private let share: Int
    private var pool: DatabasePool?

    /// - Parameters:
    ///   - interval: how often `run` looks for new records; a query looks for itself.
    ///   - share: how many records `run` takes in at a time. Indexing one costs more than writing it: under load the
    ///     index falls behind rather than take the requests' time, and comes after when there are fewer.
    public init(_ folder: AuditFolder, interval: Duration = .seconds(1), share: Int = 500) {
        self.folder = folder
        self.interval = interval
        self.share = share
    }

    /// The records that fit, as they stand in the files now.
    public func query(_ query: AuditQuery) async throws(AuditFailure) -> [AuditEntry] {
        try await perform { pool in
            while try await pool.write({ try self.feed($0, atMost: Self.batch) }) {}
            return try await pool.read { try self.entries(for: query, in: $0) }
        }
    }

    /// Takes in what is new in the files.
    public func catchUp() async throws(AuditFailure) {
        try await perform { pool in
            while try await pool.write({ try self.feed($0, atMost: Self.batch) }) {}
        }
    }

    private func takeShare() async throws(AuditFailure) {
        let share = share
        _ = try await perform { pool in try await pool.write { try self.feed($0, atMost: share) } }
    }

    /// Most records in one transaction.
    private static let batch = 2_000

    /// Keeps up with the files, so that a query finds little left to do.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown {
                while true {
                    try await self.takeShare()
                    try await Task.sleep(for: self.interval)
                }
            }
        } catch is CancellationError {
            // The end that was asked for.
        }
    }

    // MARK: - The database

    /// Once more with an empty index when this one is corrupt or about other files.
    private func perform<Result: Sendable>(
        _ action: @Sendable (DatabasePool) async throws -> Result
    ) async throws(AuditFailure) -> Result {
        do {
            do {
                return try await action(try open())
            } catch let error where Self.isBeyondUse(error) {
                try discard()
                return try await action(try open())
            }
        } catch let failure as AuditFailure {
            throw failure
        } catch {
            throw AuditFailure("The audit index \(folder.index) can't be used: \(error)")
        }
    }

    private static func isBeyondUse(_ error: any Error) -> Bool {
        if error is StaleIndex { return true }
        guard let code = (error as? DatabaseError)?.resultCode else { return false }
        return code == .SQLITE_CORRUPT || code == .SQLITE_NOTADB || code == .SQLITE_ERROR
    }

    private func open() throws -> DatabasePool {
        if let pool { return pool }
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = "audit-index"
        if try SmallFile.read(folder.index) == nil { try SmallFile.write([], to: folder.index, mode: 0o600) }
        let pool = try DatabasePool(path: folder.index, configuration: configuration)
        try pool.write { try AuditIndexSchema.prepare($0) }
        self.pool = pool
        return pool
    }

    private func discard() throws {
        try pool?.close()
        pool = nil
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: folder.index + suffix) {
            try FileManager.default.removeItem(atPath: folder.index + suffix)
        }
    }

    // MARK: - Feeding and asking

    /// Takes in the next lines. Whether there may be more.
    private nonisolated func feed(_ database: Database, atMost limit: Int) throws -> Bool {
        let known = try positions(database)
        for position in known {
            guard try position.isStillThere(in: folder) else { throw StaleIndex() }
        }
        var follower = AuditFollower(folder, from: known.map(\.position))
        let entries = try follower.read(atMost: limit)
        for entry in entries { try AuditIndexSchema.insert(entry, into: database) }
        for position in follower.positions.values {
            try IndexedPosition(position, in: folder)?.save(in: database)
        }
        return !entries.isEmpty
    }

    private nonisolated func positions(_ database: Database) throws -> [IndexedPosition] {
        try Row.fetchAll(database, sql: "SELECT file, offset, seal FROM positions").map { row in
            guard let position = IndexedPosition(row) else { throw StaleIndex() }
            return position
        }
    }

    private nonisolated func entries(for query: AuditQuery, in database: Database) throws -> [AuditEntry] {
        try AuditIndexSchema.places(for: query, in: database).reversed().map { place in
            guard let entry = try entry(at: place), entry.row.replica == place["replica"],
                entry.row.sequence == place["seq"]
            else { throw StaleIndex() }
            return entry
        }
    }

    /// Nil when the file is gone or no line of ours begins there.
    private nonisolated func entry(at place: Row) throws(FileProblem) -> AuditEntry? {
        guard let name = SegmentName(fileName: place["file"]) else { return nil }
        do {
            var reader = try LineReader(folder.file(name), from: place["offset"])
            guard let line = try reader.next(), line.isWhole else { return nil }
            return AuditEntry(line, in: name)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }
}

/// The index says something else than the files.
struct StaleIndex: Error {}
