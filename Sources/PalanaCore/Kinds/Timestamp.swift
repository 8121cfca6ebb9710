public import Foundation

/// A moment in RFC 3339 with whole seconds in UTC (`2026-01-01T00:00:00Z`), as Kubernetes writes `metav1.Time`. Codable
/// as that string, so that no encoder needs a date strategy.
public struct Timestamp: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64

    public init(_ date: Date) {
        let since = date.timeIntervalSince1970.rounded(.down)
        seconds = since.isFinite ? Int64(min(max(since, -62_135_596_800), 253_402_300_799)) : 0
    }

    /// Out of the calendar's years it is the nearest within.
    public init(seconds: Int64) {
        self.seconds = min(max(seconds, -62_135_596_800), 253_402_300_799)
    }

    public static func now() -> Timestamp { Timestamp(Date()) }

    /// Parses RFC 3339 with a zone; fractions of a second are dropped. Nil when `text` is anything else.
    public init?(_ text: String) {
        let plain = try? Date.ISO8601FormatStyle().parse(text)
        guard let date = plain ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text)) else {
            return nil
        }
        self.init(date)
    }

    public var date: Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }
    public var description: String { date.formatted(Date.ISO8601FormatStyle()) }

    /// Negative when `other` was before.
    public func duration(to other: Timestamp) -> Duration { .seconds(other.seconds - seconds) }

    public func advanced(by duration: Duration) -> Timestamp {
        Timestamp(seconds: seconds + duration.components.seconds)
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "not a time like 2026-01-01T00:00:00Z")
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
