import Foundation

/// What the syntax of a module tells: which of `deny`, `ask`, `allow` it defines, what of the request it reads,
/// whether it has tests, and what it may not do although it compiles.
struct ModuleInspection: Sendable {
    private(set) var kinds: Set<String> = []
    private(set) var hasTests = false
    private(set) var reads = RequestUse()
    private(set) var problems: [String] = []

    private struct Tree: Decodable {
        let imports: [RegoTree]?
        let rules: [RegoTree]?
    }

    /// - Parameters:
    ///   - json: output of `opa parse --format json`.
    ///   - grants: whether the module may define `allow`.
    init(json: String, grants: Bool) throws {
        let tree = try JSONDecoder().decode(Tree.self, from: Data(json.utf8))
        for item in tree.imports ?? [] { inspect(item) }
        for rule in tree.rules ?? [] { inspect(rule: rule) }
        if kinds.isEmpty {
            problems.append(
                "the module defines none of deny, ask and allow; "
                    + "write `deny contains {\"rule\": …, \"reason\": …} if {…}`"
            )
        }
        if kinds.contains("allow"), !grants {
            problems.append(
                "the module defines allow, but a policy may only narrow; "
                    + "remove it, or let an administrator set grants: true"
            )
        }
    }

    private mutating func inspect(rule: RegoTree) {
        let head = rule["head"]
        let name = head?["ref"]?.elements.first?.variable ?? ""
        if name.hasPrefix("test_") || name.hasPrefix("todo_test_") {
            hasTests = true
            refuseData(in: rule)
            return
        }
        if name.hasPrefix("palana_") {
            problems.append("the rule \(name) has a name that belongs to the platform; rename it")
        }
        if ["deny", "ask", "allow"].contains(name) {
            kinds.insert(name)
            let isSet = head?["ref"]?.elements.count == 1 && head?["key"] != nil && head?["value"] == nil
            if !isSet || rule["default"] != nil {
                problems.append("\(name) must be a set: `\(name) contains {\"rule\": …, \"reason\": …} if {…}`")
            }
        }
        inspect(rule)
    }

    private mutating func inspect(_ tree: RegoTree) {
        refuseData(in: tree)
        var reads = reads
        tree.forEachReference { reads.note($0) }
        self.reads = reads
    }

    /// Modules don't see each other, nor the base module or the list of sets: only the input and themselves.
    private mutating func refuseData(in tree: RegoTree) {
        var found = false
        tree.forEachReference { found = found || $0.first?.variable == "data" }
        guard found else { return }
        let message = "the module refers to data; it may read input and its own rules, those by their bare name"
        if !problems.contains(message) { problems.append(message) }
    }
}
