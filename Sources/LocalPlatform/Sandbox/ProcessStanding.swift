import Foundation
import Glibc

/// Whether a process can still do anything, as proc(5) tells.
enum ProcessStanding {
    /// Whether each of its threads stands still: stopped, gone, or waiting for something that it can't leave without being
    /// stopped (the parent in vfork(2) waits so for its child, for as long as that one stands).
    ///
    /// The main thread alone doesn't tell: it may have ended while others run.
    static func isStopped(_ process: pid_t) -> Bool {
        let folder = "/proc/\(process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.allSatisfy { thread in
            switch state(at: "\(folder)/\(thread)") {
            case "T", "t", "Z", "X", nil: true
            case "D": isStopPending(at: "\(folder)/\(thread)")
            default: false
            }
        }
    }

    /// The letter behind the name, which may itself hold parentheses and blanks.
    private static func state(at folder: String) -> Character? {
        guard let text = try? String(contentsOfFile: "\(folder)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].first { $0 != " " }
    }

    private static func isStopPending(at folder: String) -> Bool {
        guard let text = try? String(contentsOfFile: "\(folder)/status", encoding: .utf8) else { return true }
        return text.split(separator: "\n").contains { line in
            guard line.hasPrefix("SigPnd:") || line.hasPrefix("ShdPnd:"), let mask = line.split(separator: "\t").last
            else { return false }
            return (UInt64(mask, radix: 16) ?? 0) & (1 << UInt64(SIGSTOP - 1)) != 0
        }
    }
}
