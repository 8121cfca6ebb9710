import Foundation
import Glibc

/// Makes all processes of a control group of version 2 stand still, whatever they do (cgroup-v2, "cgroup.freeze"). A
/// frozen process can be killed; that of version 1 can't, which is why it isn't used.
struct Freezer: Sendable {
    private let folder: String

    /// - Parameter folder: the group's; nil where its kernel has no freezer (before 5.2).
    init?(_ folder: String) {
        guard access("\(folder)/cgroup.freeze", W_OK) == 0 else { return nil }
        self.folder = folder
    }

    /// - Returns: whether all stood still by `deadline`.
    func freeze(until deadline: ContinuousClock.Instant) async -> Bool {
        guard write("1") else { return false }
        while !isFrozen {
            guard ContinuousClock.now < deadline else { return false }
            await pause(milliseconds: 1)
        }
        return true
    }

    @discardableResult
    func thaw() -> Bool { write("0") }

    private var isFrozen: Bool {
        let text = (try? String(contentsOfFile: "\(folder)/cgroup.events", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").contains("frozen 1")
    }

    private func write(_ text: String) -> Bool {
        let file = open("\(folder)/cgroup.freeze", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Glibc.write(file, text, text.utf8.count) == text.utf8.count
    }
}
