import Glibc

/// A file open for reading; closed with the last reference.
final class InputFile: Sendable {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws(FileProblem) {
        self.path = path
        descriptor = Int32(try system("open", path) { Int(open(path, O_RDONLY | O_CLOEXEC)) })
    }

    deinit {
        close(descriptor)
    }

    func seek(to offset: Int) throws(FileProblem) {
        try system("read", path) { lseek(descriptor, offset, SEEK_SET) }
    }

    /// Empty at the end of the file.
    func read(atMost size: Int) throws(FileProblem) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: size)
        let count = try system("read", path) {
            chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, size) }
        }
        return count == size ? chunk : Array(chunk[..<count])
    }

    /// Has the disk hold what the file holds.
    func sync() throws(FileProblem) {
        try system("sync", path) { Int(fdatasync(descriptor)) }
    }
}
