import Glibc
import PalanaCore
import SystemPackage

/// Small files that are read and written whole: keys, heads.
enum SmallFile {
    /// Nil when there is none. At most 64 KiB.
    static func read(_ path: String) throws(FileProblem) -> [UInt8]? {
        let descriptor: Int
        do {
            descriptor = try system("open", path) { Int(open(path, O_RDONLY | O_CLOEXEC)) }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
        defer { close(Int32(descriptor)) }
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = try system("read", path) {
            bytes.withUnsafeMutableBytes { Glibc.read(Int32(descriptor), $0.baseAddress, $0.count) }
        }
        return Array(bytes[..<count])
    }

    /// All or nothing: a file of another name that is synced and then takes this one's place.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(FileProblem) {
        let draft = path + ".new"
        let descriptor = Int32(
            try system("write", draft) { Int(open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)) })
        do {
            defer { close(descriptor) }
            try system("write", draft) { Int(fchmod(descriptor, mode)) }
            try writeAll(bytes[...], to: descriptor, path: draft)
            try system("sync", draft) { Int(fdatasync(descriptor)) }
        } catch {
            unlink(draft)
            throw error
        }
        try system("write", path) { Int(rename(draft, path)) }
    }

    static func writeAll(_ bytes: ArraySlice<UInt8>, to descriptor: Int32, path: String) throws(FileProblem) {
        var rest = bytes
        while !rest.isEmpty {
            let written = try system("write to", path) {
                rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            }
            rest = rest.dropFirst(written)
        }
    }
}
