import Foundation
import Glibc

/// A file that the person names.
enum InputFile {
    /// - Throws: `CommandFailure` that names the file and what is wrong with it: not found, no permission, a folder.
    static func read(_ path: String) throws -> Data {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, errno) }
        do {
            return try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).readToEnd() ?? Data()
        } catch {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            throw failure(path, isFolder.boolValue ? EISDIR : EIO)
        }
    }

    /// The same as text.
    static func text(_ path: String) throws -> String {
        guard let text = String(data: try read(path), encoding: .utf8) else {
            throw CommandFailure(.failed, "\(path) is not UTF-8 text")
        }
        return text
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        CommandFailure(code == ENOENT ? .notFound : .failed, "can't read \(path): \(String(cString: strerror(code)))")
    }
}
