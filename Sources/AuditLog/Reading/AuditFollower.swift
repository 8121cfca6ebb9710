import Foundation
import PalanaCore

/// Reads on from where it was, over the borders of files: what `tail` and the index are fed from. Only whole lines.
struct AuditFollower {
    /// How far the file that is being read was read, for each chain.
    struct Position: Hashable, Sendable {
        var file: SegmentName
        var offset: Int
    }

    let folder: AuditFolder
    private(set) var positions: [String: Position]

    init(_ folder: AuditFolder, from positions: [Position] = []) {
        self.folder = folder
        self.positions = Dictionary(positions.map { ($0.file.replica, $0) }, uniquingKeysWith: max)
    }

    /// The next lines of all chains, at most so many; empty when all is read.
    mutating func read(atMost limit: Int) throws(AuditFailure) -> [AuditEntry] {
        var entries: [AuditEntry] = []
        // Listed first: a file is left only when a newer one was there before its end was read.
        for name in try folder.segments() where entries.count < limit {
            if let position = positions[name.replica], name < position.file { continue }
            do {
                try read(name, into: &entries, atMost: limit)
            } catch {
                throw AuditFailure(error.sentence)
            }
        }
        return entries
    }

    private mutating func read(_ name: SegmentName, into entries: inout [AuditEntry], atMost limit: Int)
        throws(FileProblem)
    {
        let known = positions[name.replica]
        var offset = known?.file == name ? known?.offset ?? 0 : 0
        let path = folder.file(name)
        guard offset < (try fileSize(path)) || known?.file != name else { return }
        var reader = try LineReader(path, from: offset)
        while entries.count < limit, let line = try reader.next(), line.isWhole {
            offset = reader.offset
            if let entry = AuditEntry(line, in: name) { entries.append(entry) }
        }
        positions[name.replica] = Position(file: name, offset: offset)
    }
}

private func max(_ left: AuditFollower.Position, _ right: AuditFollower.Position) -> AuditFollower.Position {
    (left.file, left.offset) < (right.file, right.offset) ? right : left
}
