import Foundation
import PalanaCore

/// What there is to verify below a folder.
struct AuditFiles {
    private(set) var folders: [AuditFolder] = []
    /// What receivers of OTLP/HTTP wrote down.
    private(set) var exports: [String] = []

    init(below path: String) throws(AuditFailure) {
        let names: [String]
        do {
            names = try FileManager.default.subpathsOfDirectory(atPath: path)
        } catch {
            throw AuditFailure("The folder \(path) can't be read: \(error.localizedDescription)")
        }
        var paths: Set<String> = []
        for name in names.sorted() where name.hasSuffix(".json") || name.hasSuffix(".jsonl") {
            let file = URL(fileURLWithPath: "\(path)/\(name)")
            if SegmentName(fileName: file.lastPathComponent) != nil {
                paths.insert(file.deletingLastPathComponent().path)
            } else if try ReceivedRecords.isExport(file.path) {
                exports.append(file.path)
            }
        }
        folders = paths.sorted().map { AuditFolder($0) }
    }
}
