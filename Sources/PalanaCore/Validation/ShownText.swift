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

    /// Neither control, format (bidirectional overrides!), private use nor line separators.
    private static func isShown(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse, .unassigned, .surrogate, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
