import Foundation
import Glibc

/// What sandboxes leave behind when their supervisor was killed: their processes are gone (the guard saw to that), but
/// mounts live on. To be put away before anything is started or removed.
public enum SandboxLeftovers {
    /// Unmounts every file system mounted below the folder.
    /// - Parameter folder: the platform's own folder of workspaces.
    /// - Returns: the places that were unmounted.
    @discardableResult
    public static func unmount(below folder: String) -> [String] {
        guard let real = MountCheck.resolve(folder),
            let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        else { return [] }
        // The newest come last and may lie on older ones.
        return mountPoints(in: table, below: real).reversed().filter { umount2($0, Int32(MNT_DETACH)) == 0 }
    }

    /// The mount points of a mountinfo table (proc(5): the fifth field, with octal escapes) that lie below a folder.
    static func mountPoints(in table: String, below folder: String) -> [String] {
        table.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count > 4 else { return nil }
            let path = unescaped(fields[4])
            return path.hasPrefix(folder + "/") ? path : nil
        }
    }

    private static func unescaped(_ text: Substring) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                result.append(code)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
