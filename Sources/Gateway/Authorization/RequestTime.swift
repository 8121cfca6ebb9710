import Foundation

/// A moment as the policy reads it: RFC 3339 with milliseconds, UTC. Foundation's formatting costs more than all of a
/// remembered decision.
enum RequestTime {
    static func text(of time: Date) -> String {
        let milliseconds = Int((time.timeIntervalSince1970 * 1000).rounded(.down))
        let (days, rest) = floorDivision(milliseconds, 86_400_000)
        let (year, month, day) = civil(days)
        let second = rest / 1000
        let fields: [(value: Int, digits: Int, after: UInt8)] = [
            (year, 4, UInt8(ascii: "-")), (month, 2, UInt8(ascii: "-")), (day, 2, UInt8(ascii: "T")),
            (second / 3600, 2, UInt8(ascii: ":")), (second / 60 % 60, 2, UInt8(ascii: ":")),
            (second % 60, 2, UInt8(ascii: ".")), (rest % 1000, 3, UInt8(ascii: "Z")),
        ]
        return String(unsafeUninitializedCapacity: 24) { buffer in
            var place = 0
            for field in fields {
                var value = field.value
                for index in (place..<place + field.digits).reversed() {
                    buffer[index] = UInt8(ascii: "0") + UInt8(value % 10)
                    value /= 10
                }
                buffer[place + field.digits] = field.after
                place += field.digits + 1
            }
            return place
        }
    }

    /// The date of a day counted from 1970-01-01, by years that begin in March (H. Hinnant, "chrono-Compatible Low-Level
    /// Date Algorithms", civil_from_days).
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, day) = floorDivision(days + 719_468, 146_097)
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNextYear = month >= 10
        return (
            min(max(year + era * 400 + (isNextYear ? 1 : 0), 0), 9_999), isNextYear ? month - 9 : month + 3,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private static func floorDivision(_ value: Int, _ divisor: Int) -> (Int, Int) {
        let rest = ((value % divisor) + divisor) % divisor
        return ((value - rest) / divisor, rest)
    }
}
