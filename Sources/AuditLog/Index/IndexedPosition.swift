import GRDB
import PalanaCore
import SystemPackage

/// How far a chain's files are in the index, with the seal of the last line that is, to notice other files.
struct IndexedPosition {
    var position: AuditFollower.Position
    private var seal: String

    /// Nil when nothing of the file has been read yet.
    init?(_ position: AuditFollower.Position, in folder: AuditFolder) throws(FileProblem) {
        guard position.offset > 0 else { return nil }
        self.position = position
        seal = try Self.seal(before: position.offset, in: folder.file(position.file))
    }

    init?(_ row: Row) {
        guard let file = SegmentName(fileName: row["file"]) else { return nil }
        position = AuditFollower.Position(file: file, offset: row["offset"])
        seal = row["seal"]
    }

    func save(in database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)",
            arguments: [position.file.replica, position.file.fileName, position.offset, seal])
    }

    /// Whether the files still hold what was indexed last.
    func isStillThere(in folder: AuditFolder) throws(FileProblem) -> Bool {
        do {
            return try Self.seal(before: position.offset, in: folder.file(position.file)) == seal
        } catch {
            if error.errno == .noSuchFileOrDirectory { return false }
            throw error
        }
    }

    /// The bytes in the place of the seal of the line that ends at `offset`.
    private static func seal(before offset: Int, in path: String) throws(FileProblem) -> String {
        let length = ChainHash.length + AuditLine.end.utf8.count + 1
        let file = try InputFile(path)
        try file.seek(to: max(0, offset - length))
        return String(decoding: try file.read(atMost: length).prefix(ChainHash.length), as: UTF8.self)
    }
}
