import Foundation
import PalanaCore

/// What the receiver made of a request (OpenTelemetry protocol, "OTLP/HTTP Response").
enum ShippingAnswer: Hashable, Sendable {
    /// It has the records, but for those it rejected: to send them again would bring nothing else.
    case acknowledged(rejected: Int, reason: String?)
    /// Away or busy: the same again after a moment, and not before `pause`.
    case later(String, pause: Duration?)
    /// The request is too long for it.
    case tooLong(String)
    /// It doesn't want the request: somebody must look.
    case refused(String)

    /// Longest `Retry-After` that is followed.
    static let longestPause = Duration.seconds(3_600)

    /// - Parameters:
    ///   - retryAfter: the header's value.
    ///   - now: for a `Retry-After` that is a date.
    init(status: Int, retryAfter: String?, body: Data, now: Date) {
        switch status {
        case 200: self.init(success: body)
        case 413: self = .tooLong("it answers 413: the request is too long for it")
        case 408, 429, 500...599:
            self = .later("it answers \(status)", pause: retryAfter.flatMap { Self.pause($0, now: now) })
        case 401, 403: self = .refused("it answers \(status): look at the headers that authorize us")
        case 404: self = .refused("it answers 404: the endpoint isn't that of an OTLP/HTTP receiver of logs")
        case 300..<400: self = .refused("it answers \(status) (a redirect, which isn't followed)")
        default: self = .refused("it answers \(status)")
        }
    }

    /// A page that something in between answers with is no acknowledgement.
    private init(success body: Data) {
        guard !body.isEmpty else {
            self = .acknowledged(rejected: 0, reason: nil)
            return
        }
        guard let response = try? JSONDecoder().decode(ExportLogsServiceResponse.self, from: body) else {
            self = .refused("it answers 200, but with something else than an OTLP response in JSON")
            return
        }
        let partial = response.partialSuccess
        let reason = partial?.errorMessage.flatMap { $0.isEmpty ? nil : AuditText.harmless($0, limit: 300) }
        self = .acknowledged(rejected: max(0, partial?.rejectedLogRecords?.value ?? 0), reason: reason)
    }

    /// Seconds or a date (RFC 9110, 10.2.3).
    private static func pause(_ header: String, now: Date) -> Duration? {
        let text = header.trimmingCharacters(in: .whitespaces)
        let seconds: Double
        if let number = Int(text) {
            seconds = Double(number)
        } else if let date = try? Date(text, strategy: httpDate) {
            seconds = date.timeIntervalSince(now)
        } else {
            return nil
        }
        return seconds > 0 ? min(.seconds(seconds), longestPause) : nil
    }

    private static let httpDate = Date.ParseStrategy(
        format:
            "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .extended()) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT",
        locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt)
}

private struct ExportLogsServiceResponse: Decodable {
    struct PartialSuccess: Decodable {
        var rejectedLogRecords: Number?
        var errorMessage: String?
    }

    /// 64-bit numbers are strings in this encoding; a plain number is understood, too.
    struct Number: Decodable {
        var value: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                value = number
            } else if let number = Int(try container.decode(String.self)) {
                value = number
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no 64-bit number")
            }
        }
    }

    var partialSuccess: PartialSuccess?
}
