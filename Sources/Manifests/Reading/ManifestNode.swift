/// A document as it was written, before anything is known about its meaning; with lines for the messages.
struct ManifestNode: Sendable {
    indirect enum Content: Sendable {
        /// `isQuoted`: it is text, whatever it looks like.
        case scalar(String, isQuoted: Bool)
        case list([ManifestNode])
        case mapping([(key: ManifestNode, value: ManifestNode)])
    }

    var content: Content
    /// From 1.
    var line: Int

    /// What the node is, for `wrong type` messages.
    var noun: String {
        switch content {
        case .scalar(let text, let isQuoted): isQuoted ? "text" : PlainScalar(text).noun
        case .list: "a list"
        case .mapping: "a mapping of fields"
        }
    }

    /// An empty value or `null`: the same as a field left out.
    var isNull: Bool {
        guard case .scalar(let text, isQuoted: false) = content else { return false }
        return PlainScalar(text) == .null
    }
}

/// What unquoted text means in YAML; where YAML 1.1 and 1.2 differ, `ambiguous`.
enum PlainScalar: Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number, ambiguous, text

    private static let ambiguousWords: Set<String> = ["yes", "no", "on", "off"]

    init(_ text: String) {
        switch text {
        case "", "~", "null", "Null", "NULL": self = .null
        case "true", "True", "TRUE": self = .boolean(true)
        case "false", "False", "FALSE": self = .boolean(false)
        default: self = Self.ambiguousWords.contains(text.lowercased()) ? .ambiguous : Self.number(text)
        }
    }

    private static func number(_ text: String) -> PlainScalar {
        let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D }
        if isDecimal, let value = Int(text), String(value) == text { return .integer(value) }
        guard let first = text.utf8.first, (0x30...0x39).contains(first) || "+-.".utf8.contains(first) else {
            return .text
        }
        let digits = text.replacing("_", with: "")
        let isNumber =
            Double(digits) != nil || digits.hasPrefix("0o") || [".inf", ".nan"].contains(digits.lowercased())
        return isNumber ? .number : .text
    }

    var noun: String {
        switch self {
        case .null: "empty"
        case .boolean: "a boolean"
        case .integer, .number: "a number"
        case .ambiguous: "a boolean to some readers"
        case .text: "text"
        }
    }
}
