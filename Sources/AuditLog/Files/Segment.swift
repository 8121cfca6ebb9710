import Glibc
import SystemPackage

/// One audit file open for appending. Whole lines only: what a failed write left behind is cut off again.
final class Segment: Sendable {
    let name: SegmentName
    let path: String
    private let descriptor: Int32

    /// Opens or makes the file, 0600.
    init(_ name: SegmentName, in folder: AuditFolder) throws(FileProblem) {
        self.name = name
        let path = folder.file(name)
        self.path = path
        descriptor = Int32(
            try system("open", path) { Int(open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)) })
    }

    deinit {
        close(descriptor)
    }

    func write(_ bytes: [UInt8]) throws(FileProblem) {
        try SmallFile.writeAll(bytes[...], to: descriptor, path: path)
    }

    func cut(to size: Int) throws(FileProblem) {
        try system("cut", path) { Int(ftruncate(descriptor, size)) }
    }

    func sync() throws(FileProblem) {
        try system("sync", path) { Int(fdatasync(descriptor)) }
    }
}
