/// An IPv4 address in any spelling that a resolver's `inet_aton` or a browser takes: one to four numbers, each decimal,
/// octal (`0…`) or hexadecimal (`0x…`); the last fills the remaining bytes (WHATWG URL, "IPv4 parser").
struct IPv4Literal: Hashable, CustomStringConvertible {
    let address: UInt32

    init(address: UInt32) {
        self.address = address
    }

    /// Whether the text must be read as an address: its last label is a number (WHATWG URL, "ends in a number").
    static func isMeant(by name: [UInt8]) -> Bool {
        guard let last = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).last, !last.isEmpty
        else { return false }
        return last.allSatisfy(\.isDigit) || isHexadecimal(last)
    }

    /// nil when the text is no address. `name` is lower case.
    init?(_ name: [UInt8]) {
        let parts = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 4, let last = parts.last.flatMap(IPv4Literal.number) else { return nil }
        var value: UInt64 = 0
        for part in parts.dropLast() {
            guard let number = IPv4Literal.number(part), number <= 255 else { return nil }
            value = value << 8 | number
        }
        let bits = UInt64(8 * (5 - parts.count))
        guard last < 1 << bits else { return nil }
        address = UInt32(value << bits | last)
    }

    var description: String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }

    private static func isHexadecimal(_ label: ArraySlice<UInt8>) -> Bool {
        label.starts(with: [UInt8(ascii: "0"), UInt8(ascii: "x")])
            && label.dropFirst(2).allSatisfy { $0.hexValue != nil }
    }

    private static func number(_ label: ArraySlice<UInt8>) -> UInt64? {
        guard !label.isEmpty, label.count <= 16 else { return nil }
        let text = String(decoding: label, as: UTF8.self)
        guard label.allSatisfy({ $0.hexValue != nil || $0 == UInt8(ascii: "x") }) else { return nil }
        if text.hasPrefix("0x") { return text.count == 2 ? 0 : UInt64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0"), text.count > 1 { return UInt64(text, radix: 8) }
        return UInt64(text, radix: 10)
    }
}
