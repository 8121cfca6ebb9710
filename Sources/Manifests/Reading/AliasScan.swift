/// Counts what may be an anchor or alias before the YAML parser sees the text. The parser follows aliases while it
/// reads and hashes mapping keys, so a bomb would go off inside it. The count is too high for text in quotes, comments
/// and block scalars that looks like one, never too low.
struct AliasScan {
    private(set) var anchors = 0
    private(set) var aliases = 0

    init(_ text: some Sequence<UInt8>) {
        var previous = UInt8(ascii: "\n")
        var beforeThat = UInt8(ascii: "\n")
        for byte in text {
            if Self.isNameByte(byte), Self.startsToken(after: beforeThat) {
                if previous == UInt8(ascii: "&") { anchors += 1 }
                if previous == UInt8(ascii: "*") { aliases += 1 }
            }
            (beforeThat, previous) = (previous, byte)
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// Anything that isn't part of a word: also quotes and line breaks in other encodings (NEL, LS end in these bytes).
    private static func startsToken(after byte: UInt8) -> Bool {
        !isNameByte(byte)
    }
}
