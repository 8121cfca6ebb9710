/// Makes text from outside fit for an audit record: bounded, on one line, and unable to act on a terminal, a log viewer
/// or a reader's eye. What is made harmless stays recognisable: ESC becomes `<U+001B>`.
public enum AuditText {
    /// Ends a text that was cut.
    public static let cutMark = "…"

    /// - Parameter limit: most bytes of UTF-8 that come out, the mark of a cut included.
    public static func harmless(_ text: String, limit: Int) -> String {
        if text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = ""
        var size = 0
        let room = limit - cutMark.utf8.count
        var kept = ""
        for scalar in text.unicodeScalars {
            let piece = isHarmful(scalar) ? name(of: scalar) : String(scalar)
            size += piece.utf8.count
            if size > limit { return kept + cutMark }
            result += piece
            if size <= room { kept = result }
        }
        return result
    }

    /// Control characters (C0, DEL, C1: ANSI, CRLF, NUL), line separators, direction marks, what has no width, tags,
    /// variation selectors, and code points that are no characters.
    static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F: true
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0: true
        case 0xFFF0...0xFFFC, 0x1D173...0x1D17A, 0xE0000...0xE0FFF: true
        case let value: value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(value)
        }
    }

    private static func name(of scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "<U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + ">"
    }

    // What follows looks at bytes and never at characters: to Swift, `@` with an accent on top is no `@`.

    /// `user:password@host` without the part before the last `@`: credentials have no place in a record.
    static func withoutUserInfo(_ authority: String) -> String {
        guard let at = authority.utf8.lastIndex(of: UInt8(ascii: "@")) else { return authority }
        return String(decoding: authority.utf8[authority.utf8.index(after: at)...], as: UTF8.self)
    }

    /// The text before the first of some ASCII `marks`; for paths (no query), query keys (no value) and header names.
    static func before(_ marks: String, in text: String) -> String {
        guard let end = text.utf8.firstIndex(where: marks.utf8.contains) else { return text }
        return String(decoding: text.utf8[..<end], as: UTF8.self)
    }

    /// The text with each of the values replaced, wherever its bytes stand; what `OCSFMapping.mask` is made of.
    public static func masking(_ values: [String], with mask: String = "[secret]", in text: String) -> String {
        values.reduce(text) { text, value in
            let bytes = ByteSearch.replacing(Array(value.utf8), with: Array(mask.utf8), in: Array(text.utf8))
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
