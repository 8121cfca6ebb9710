internal import PalanaCore

/// JSON with its fields in the order in which they are written.
indirect enum JSONValue: Sendable, Hashable {
    struct Field: Sendable, Hashable {
        var name: String
        var value: JSONValue
    }

    case text(String)
    case integer(Int)
    case boolean(Bool)
    case list([JSONValue])
    case object([Field])

    /// The text as JSON; `indent` nil is one line.
    func text(indent: Int? = nil, level: Int = 0) -> String {
        switch self {
        case .text(let text): JSONValue.quoted(text)
        case .integer(let number): String(number)
        case .boolean(let flag): flag ? "true" : "false"
        case .list(let items):
            JSONValue.block("[", items.map { $0.text(indent: indent, level: level + 1) }, "]", indent, level)
        case .object(let fields):
            JSONValue.block(
                "{",
                fields.map { field in
                    let value = field.value.text(indent: indent, level: level + 1)
                    return "\(JSONValue.quoted(field.name)):\(indent == nil ? "" : " ")\(value)"
                }, "}", indent, level)
        }
    }

    private static func block(_ open: String, _ items: [String], _ close: String, _ indent: Int?, _ level: Int)
        -> String
    {
        guard let indent, !items.isEmpty else { return open + items.joined(separator: ",") + close }
        let inner = String(repeating: " ", count: indent * (level + 1))
        let outer = String(repeating: " ", count: indent * level)
        return "\(open)\n\(inner)" + items.joined(separator: ",\n\(inner)") + "\n\(outer)\(close)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return ShownText.json(result) + "\""
    }
}
