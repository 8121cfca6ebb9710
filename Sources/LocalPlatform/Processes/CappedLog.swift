import Dispatch
import Glibc
import Synchronization

/// A log file that can't fill the disk: at half of its limit it is renamed to `NAME.1` (over the one before) and begun
/// anew. So at most `limit` bytes are kept, and the newest half at least.
public final class CappedLog: Sendable {
    public let path: String
    /// Bytes kept in both files together.
    public let limit: Int

    private struct File {
        var descriptor: Descriptor
        var size: Int
    }

    private let file: Mutex<File>
    private let queue = DispatchQueue(label: "palana.log")

    /// Opens the file for appending; it is made when it is missing (0600).
    public init(path: String, limit: Int = 16 << 20) throws(ChildProcessError) {
        self.path = path
        self.limit = max(limit, 2)
        file = Mutex(try Self.open(path))
    }

    /// Appends bytes, beginning a new file first when the half limit is reached.
    public func append(_ bytes: UnsafeRawBufferPointer) throws(ChildProcessError) {
        try file.withLock { (file) throws(ChildProcessError) in
            var rest = bytes
            while !rest.isEmpty {
                if file.size >= limit / 2 { try rotate(&file) }
                let count = min(rest.count, limit / 2 - file.size)
                let written = write(file.descriptor.number, rest.baseAddress, count)
                if written < 0 {
                    if errno == EINTR { continue }
                    throw ChildProcessError("Can't write \(path)", code: errno)
                }
                file.size += written
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }

    /// A pipe's end whose bytes go to the file until every copy of it is closed. When the disk is full the bytes are
    /// read and dropped, so that a child never hangs on its log.
    public func writer() throws(ChildProcessError) -> Descriptor {
        let (reader, writer) = try Descriptor.pipe()
        _ = fcntl(reader.number, F_SETFL, O_NONBLOCK)
        _ = ReadWatch(reader, on: queue) { [self] in drain(reader) }
        return writer
    }

    /// Moves what the pipe holds; false at its end.
    private func drain(_ reader: Descriptor) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
            let count = read(reader.number, buffer.baseAddress, buffer.count)
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            // A full disk must not stop the child; the loss is the log's alone.
            try? append(UnsafeRawBufferPointer(rebasing: buffer[..<max(count, 0)]))
            return count > 0
        }
    }

    private func rotate(_ file: inout File) throws(ChildProcessError) {
        guard rename(path, path + ".1") == 0 || errno == ENOENT else {
            throw ChildProcessError("Can't rotate \(path)", code: errno)
        }
        file = try Self.open(path)
    }

    private static func open(_ path: String) throws(ChildProcessError) -> File {
        let descriptor = try Descriptor.open(path, flags: O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW)
        let size = lseek(descriptor.number, 0, SEEK_END)
        guard size >= 0 else { throw ChildProcessError("Can't read the size of \(path)", code: errno) }
        return File(descriptor: descriptor, size: Int(size))
    }
}
