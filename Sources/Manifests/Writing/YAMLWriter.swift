internal import PalanaCore
internal import Yams

/// Writes ordered JSON values as YAML. Text that any reader could take for something else stands in quotes.
struct YAMLWriter {
    func text(of documents: [JSONValue]) throws(ManifestFailure) -> String {
        do {
            let nodes = documents.map(node)
            let text = try serialize(
                nodes: nodes, indent: 2, width: -1, allowUnicode: true, explicitStart: nodes.count > 1)
            return ShownText.yaml(text)
        } catch {
            throw ManifestFailure(problems: [ManifestProblem(source: "output", problem: "can't be written: \(error)")])
        }
    }

    private func node(_ value: JSONValue) -> Node {
        switch value {
        case .text(let text): Node(text, .implicit, style(of: text))
        case .integer(let number): Node(String(number), .implicit, .plain)
        case .boolean(let flag): Node(flag ? "true" : "false", .implicit, .plain)
        case .list(let items): Node(items.map(node), .implicit, items.isEmpty ? .flow : .block)
        case .object(let fields):
            Node(
                fields.map { (Node($0.name, .implicit, style(of: $0.name)), node($0.value)) }, .implicit,
                fields.isEmpty ? .flow : .block)
        }
    }

    private func style(of text: String) -> Node.Scalar.Style {
        if needsEscapes(text) { return .doubleQuoted }
        if text.contains("\n") { return .literal }
        return PlainScalar(text) == .text && !looksNumeric(text) ? .any : .doubleQuoted
    }

    /// Control characters and what a block scalar can't keep as it is.
    private func needsEscapes(_ text: String) -> Bool {
        let isPrintable = text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || ShownText.isShown(scalar) && scalar != "\u{A0}"
        }
        return !isPrintable || text.hasPrefix(" ") || text.hasPrefix("\n") || text.contains(" \n")
    }

    /// Dates, sexagesimal numbers and whatever else YAML 1.1 reads from digits.
    private func looksNumeric(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.:_,xXoObBeEaAcCdDfFTZtz ".utf8.contains($0) }
            && text.utf8.contains { (0x30...0x39).contains($0) }
    }
}
