/// How values that others wrote are shown in messages: quoted, without control characters, not too long.
public enum ShownText {
    public static func quoted(_ text: String) -> String {
        "\"" + escaped(text) + "\""
    }

    /// For field paths: names that are plain words stay as they are.
    public static func pathName(_ name: String) -> String {
        let isWord =
            !name.isEmpty && name.utf8.count <= 80
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "-_./".utf8.contains(byte)
            }
        return isWord ? name : quoted(name)
    }

    /// The text with what isn't shown as escapes of JSON (RFC 8259, section 7); line breaks stay. For JSON that is
    /// written already: there such characters only stand in strings.
    public static func json(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy({ $0 == "\n" || isShown($0) }) else { return text }
        return text.unicodeScalars.map { scalar in
            scalar == "\n" || isShown(scalar)
                ? String(scalar) : String(scalar).utf16.map { "\\u" + hex(UInt32($0), digits: 4) }.joined()
        }.joined()
    }

    /// The same for YAML (1.2, section 5.7), where such characters must stand in double quotes.
    public static func yaml(_ text: String) -> String {
        guard !text.unicodeScalars.allSatisfy({ $0 == "\n" || isShown($0) }) else { return text }
        return text.unicodeScalars.map { scalar in
            scalar == "\n" || isShown(scalar) ? String(scalar) : "\\U" + hex(scalar.value, digits: 8)
        }.joined()
    }

    private static func hex(_ number: UInt32, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(80) {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default: result += isShown(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text.unicodeScalars.count > 80 ? result + "…" : result
    }

    /// Whether a character can do no harm where people read it: neither control, format (bidirectional overrides!),
    /// private use nor line separators.
    public static func isShown(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
