public import Foundation

/// A moment in RFC 3339 with exactly six digits of a second in UTC, as `metav1.MicroTime` is written and read: with
/// other digits the API server refuses the object.
public struct MicroTime: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    public init(_ date: Date) {
        let since = min(max(date.timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
        microseconds = Int64((since * 1_000_000).rounded(.down))
    }

    public static func now() -> MicroTime { MicroTime(Date()) }

    /// Parses RFC 3339 with or without a fraction; digits after the sixth are dropped. Nil when `text` is anything else.
    public init?(_ text: String) {
        var plain = text
        var fraction: Int64 = 0
        if let dot = text.firstIndex(of: ".") {
            let digits = text[text.index(after: dot)...].prefix { $0.isASCII && $0.isNumber }
            let six = String(digits.prefix(6)).padding(toLength: 6, withPad: "0", startingAt: 0)
            guard !digits.isEmpty, let value = Int64(six) else { return nil }
            fraction = value
            plain = String(text[..<dot] + text[digits.endIndex...])
        }
        guard let date = try? Date.ISO8601FormatStyle().parse(plain) else { return nil }
        microseconds = Int64(date.timeIntervalSince1970.rounded(.down)) * 1_000_000 + fraction
    }

    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    public var description: String {
        let (seconds, rest) = (microseconds / 1_000_000, microseconds % 1_000_000)
        let (whole, part) = rest < 0 ? (seconds - 1, rest + 1_000_000) : (seconds, rest)
        let head = Date(timeIntervalSince1970: Double(whole)).formatted(Date.ISO8601FormatStyle()).dropLast()
        let digits = String(part)
        return "\(head).\(String(repeating: "0", count: 6 - digits.count))\(digits)Z"
    }

    public static func < (left: MicroTime, right: MicroTime) -> Bool { left.microseconds < right.microseconds }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = MicroTime(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a time like 2026-01-01T00:00:00.000000Z")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
