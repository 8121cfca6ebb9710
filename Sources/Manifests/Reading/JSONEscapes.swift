/// JSON is read by the YAML parser, which keeps lines and finds duplicate keys. The one thing of JSON that YAML lacks
/// are surrogate pairs (RFC 8259, section 7): `\ud83d\ude00` is `\U0001F600` there.
enum JSONEscapes {
    /// Whether the first byte that isn't white space opens a JSON object or list.
    static func looksLikeJSON(_ text: String) -> Bool {
        guard let first = text.utf8.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return false }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// The text with each pair of surrogate escapes as one YAML escape. A lone surrogate stays and is refused later.
    static func joiningSurrogates(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let scalar = pair(in: bytes, at: index) {
                let digits = String(scalar, radix: 16)
                result += Array("\\U\(String(repeating: "0", count: 8 - digits.count))\(digits)".utf8)
                index += 12
            } else {
                let length = bytes[index] == UInt8(ascii: "\\") ? min(2, bytes.count - index) : 1
                result += bytes[index..<index + length]
                index += length
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func pair(in bytes: [UInt8], at index: Int) -> UInt32? {
        guard let high = unit(in: bytes, at: index), (0xD800...0xDBFF).contains(high),
            let low = unit(in: bytes, at: index + 6), (0xDC00...0xDFFF).contains(low)
        else { return nil }
        return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
    }

    private static func unit(in bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let digits = bytes[index + 2..<index + 6]
        let isHex = digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        return isHex ? UInt32(String(decoding: digits, as: UTF8.self), radix: 16) : nil
    }
}
