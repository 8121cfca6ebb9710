import Crypto
import Foundation
import PalanaCore

/// An `EgressPolicy`'s Rego as it is loaded: under a package of the platform's choosing, named by its content, so that
/// two revisions can stand in OPA side by side and an unchanged module is never compiled again.
struct RegoModule: Hashable, Sendable {
    /// Part of the package path, `a-z0-9_`.
    let id: String
    /// What people wrote, under the chosen package.
    let source: String
    /// What OPA is given: the source and the platform's rule.
    var text: String { "\(source)\n\(Self.presence) := \"\(policy)\"\n" }
    /// How many lines the platform put in front of what people wrote.
    let addedLines: Int
    private let policy: String

    /// A rule of the platform's at the end of each module; the base module sees by it that the module is there.
    static let presence = "palana_present"

    var package: String { "palana.modules.\(id)" }

    /// Path of the module among OPA's policies.
    var path: String { "palana/modules/\(id)" }

    init(policy name: String, rego: String) {
        let digest = SHA256.hash(data: Data("\(name.utf8.count):\(name)\(rego)".utf8))
        id = "p_\(Self.slug(name))_\(digest.hex.prefix(16))"
        (source, addedLines) = Self.repackage(rego, as: "palana.modules.\(id)")
        policy = name
    }

    /// Replaces the package line in its place, so that OPA's line numbers stay those of the author. Rego has nothing
    /// but comments before it.
    private static func repackage(_ rego: String, as package: String) -> (String, Int) {
        var lines = rego.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = lines.firstIndex { line in
            let text = line.trimmingCharacters(in: .whitespaces)
            return !text.isEmpty && !text.hasPrefix("#")
        }
        guard let first, lines[first].split(whereSeparator: \.isWhitespace).first == "package" else {
            return ("package \(package)\n\(rego)", 1)
        }
        lines[first] = "package \(package)"
        return (lines.joined(separator: "\n"), 0)
    }

    private static func slug(_ name: String) -> String {
        String(
            name.lowercased().unicodeScalars.prefix(40).map { scalar in
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
            })
    }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal.
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
