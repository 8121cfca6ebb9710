internal import PalanaCore

/// The values that have no parts.
extension SchemaChecker {
    mutating func text(_ node: ManifestNode, at path: String) -> JSONValue? {
        guard case .scalar(let text, let isQuoted) = node.content else {
            wrongType(node, .text(), at: path)
            return nil
        }
        guard isQuoted || PlainScalar(text) == .text else {
            let advice = node.isNull ? "" : "; put it in quotes: \(ShownText.quoted(text))"
            report(node, path, "must be text, not \(node.noun)\(advice)")
            return nil
        }
        return .text(text)
    }

    mutating func quantity(_ node: ManifestNode, at path: String) -> JSONValue? {
        guard case .scalar(let text, let isQuoted) = node.content else {
            wrongType(node, .quantity, at: path)
            return nil
        }
        switch isQuoted ? .text : PlainScalar(text) {
        case .text, .integer, .number: return .text(text)
        case .null, .boolean, .ambiguous:
            wrongType(node, .quantity, at: path)
            return nil
        }
    }

    mutating func integer(_ node: ManifestNode, at path: String) -> JSONValue? {
        guard case .scalar(let text, isQuoted: false) = node.content, case .integer(let number) = PlainScalar(text)
        else {
            wrongType(node, .integer(), at: path)
            return nil
        }
        return .integer(number)
    }

    mutating func boolean(_ node: ManifestNode, at path: String) -> JSONValue? {
        guard case .scalar(let text, isQuoted: false) = node.content, case .boolean(let flag) = PlainScalar(text) else {
            wrongType(node, .boolean, at: path)
            return nil
        }
        return .boolean(flag)
    }

    mutating func time(_ node: ManifestNode, at path: String) -> JSONValue? {
        guard case .scalar(let text, _) = node.content, Timestamp(text) != nil else {
            wrongType(node, .time, at: path)
            return nil
        }
        return .text(text)
    }

    /// Words like `True` of a condition's status look like booleans: what is written counts.
    mutating func word(_ node: ManifestNode, _ words: [String], at path: String) -> JSONValue? {
        guard case .scalar(let text, _) = node.content else {
            wrongType(node, .word(words), at: path)
            return nil
        }
        guard words.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else {
            let near = NearestName.of(text, among: words).map { "; did you mean `\($0)`?" } ?? ""
            report(node, path, "\(ShownText.quoted(text)): must be \(FieldType.word(words).noun)\(near)")
            return nil
        }
        return .text(text)
    }
}
