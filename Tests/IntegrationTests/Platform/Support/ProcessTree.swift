import Foundation

/// Processes of this machine, told apart even when a number is used again (proc_pid_stat(5): the start time).
struct ProcessTree {
    struct Member: Hashable, Sendable, CustomStringConvertible {
        var id: Int32
        var name: String
        var started: String

        var description: String { "\(name) (\(id))" }

        /// Whether it is still there, and not only waits to be collected.
        var isAlive: Bool {
            guard let fields = ProcessTree.fields(of: id) else { return false }
            return fields.started == started && fields.state != "Z" && fields.state != "X"
        }
    }

    /// All that `root` started, and what they started, without itself.
    static func descendants(of root: Int32) throws -> [Member] {
        let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
            .compactMap { id in fields(of: id).map { (id, $0) } }
        var found: [Member] = []
        var front: Set<Int32> = [root]
        while !front.isEmpty {
            let next = all.filter { front.contains($0.1.parent) }
            found += next.map { Member(id: $0.0, name: $0.1.name, started: $0.1.started) }
            front = Set(next.map(\.0))
        }
        return found
    }

    static func parent(of id: Int32) -> Int32? { fields(of: id)?.parent }

    private static func fields(of id: Int32) -> (name: String, state: String, parent: Int32, started: String)? {
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
        else { return nil }
        let rest = text[text.index(after: close)...].split(separator: " ")
        guard rest.count > 19, let parent = Int32(rest[1]) else { return nil }
        return (String(text[text.index(after: open)..<close]), String(rest[0]), parent, String(rest[19]))
    }
}
