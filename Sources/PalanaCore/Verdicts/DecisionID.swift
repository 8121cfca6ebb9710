/// Names one decision everywhere: the refusal's JSON, the header `x-palana-decision`, the audit record and the
/// completion that belongs to it. 26 characters of Crockford base32 from 130 random bits.
public struct DecisionID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A fresh id from the system's random source.
    public static func random() -> DecisionID {
        var source = SystemRandomNumberGenerator()
        // Twelve characters of 5 bits from each word; each word is a call of the system.
        let words: [UInt64] = [source.next(), source.next(), source.next()]
        let text = String(unsafeUninitializedCapacity: 26) { buffer in
            for index in 0..<26 {
                buffer[index] = alphabet[Int(words[index / 12] >> (UInt64(index % 12) * 5) & 31)]
            }
            return 26
        }
        return DecisionID(rawValue: text)
    }

    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public var description: String { rawValue }
}
