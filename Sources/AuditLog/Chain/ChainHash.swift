import Crypto

/// A SHA-256 as 64 lower-case hex digits: the seal of a line, and what the next line calls `prev`.
public struct ChainHash: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    /// Nil unless it is 64 lower-case hex digits.
    public init?(rawValue: String) {
        guard rawValue.utf8.count == Self.length, rawValue.utf8.allSatisfy(Self.isHexDigit) else { return nil }
        self.rawValue = rawValue
    }

    init(_ digest: SHA256Digest) {
        rawValue = hexText(digest)
    }

    /// What the first line of a chain calls `prev`.
    static let start = ChainHash(zeroes: ())

    private init(zeroes: Void) {
        rawValue = String(repeating: "0", count: Self.length)
    }

    static let length = 64

    static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    public var description: String { rawValue }
}

/// Lower-case hex of some bytes.
func hexText(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in bytes {
        text.append(hexDigit(byte >> 4))
        text.append(hexDigit(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
}
