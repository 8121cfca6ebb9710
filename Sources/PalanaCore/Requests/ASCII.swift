/// Questions about single bytes of outside text, answered without locale, Unicode or regular expressions.
extension UInt8 {
    package var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    package var isUpper: Bool { self >= 0x41 && self <= 0x5A }
    package var isLower: Bool { self >= 0x61 && self <= 0x7A }
    package var isAlphanumeric: Bool { isDigit || isUpper || isLower }

    /// `unreserved` of RFC 3986, section 2.3.
    package var isUnreserved: Bool {
        isAlphanumeric || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
            || self == UInt8(ascii: "~")
    }

    /// `tchar` of RFC 9110, section 5.6.2: what method and header names are made of.
    package var isTokenCharacter: Bool {
        if isAlphanumeric { return true }
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            return true
        default: return false
        }
    }

    package var isControl: Bool { self < 0x20 || self == 0x7F }

    package var lowercased: UInt8 { isUpper ? self | 0x20 : self }

    /// 0…15, or nil when the byte is no hexadecimal digit.
    package var hexValue: UInt8? {
        if isDigit { return self - 0x30 }
        let low = lowercased
        return low >= 0x61 && low <= 0x66 ? low - 0x57 : nil
    }
}

/// Hexadecimal digits as bytes.
package enum HexDigits {
    package static let upper = Array("0123456789ABCDEF".utf8)
    package static let lower = Array("0123456789abcdef".utf8)
}

extension String {
    /// The text for a message: cut to `limit` bytes, what can't be printed shown as `?`, so that nothing of it can
    /// drive a terminal or break a line.
    package func printable(limit: Int = 200) -> String {
        let cut = utf8.prefix(limit).map { $0.isControl || $0 > 0x7E ? UInt8(ascii: "?") : $0 }
        return String(decoding: cut, as: UTF8.self) + (utf8.count > limit ? "…" : "")
    }
}
