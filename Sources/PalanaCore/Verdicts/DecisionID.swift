/// Names one decision everywhere: the refusal's JSON, the header `x-palana-decision`, the audit record and the
/// completion that belongs to it. 26 characters of Crockford base32 from 130 random bits.
public struct DecisionID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A fresh id from the system's random source.
    public static func random() -> DecisionID {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
        return DecisionID(rawValue: String((0..<26).map { _ in alphabet[Int.random(in: 0..<32)] }))
    }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public var description: String { rawValue }
}
