/// Why a text is no schedule, and what to write instead.
public struct CronProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The five fields of crontab(5), in UTC: minute, hour, day of the month, month, day of the week.
///
/// Where both days are restricted either of them is enough; a day field that begins with `*` isn't restricted.
public struct CronSchedule: Hashable, Sendable {
    private let minutes: CronField
    private let hours: CronField
    private let days: CronField
    private let months: CronField
    private let weekdays: CronField

    public init(parsing text: String) throws(CronProblem) {
        guard text.utf8.count <= 256 else { throw CronProblem("longer than 256 bytes") }
        let fields = text.split { $0 == " " || $0 == "\t" }
        guard fields.count == 5 else {
            throw CronProblem(
                "\(fields.count) fields; give minute, hour, day of the month, month and day of the week, "
                    + "as 0 8 * * mon-fri")
        }
        minutes = try CronField(parsing: fields[0], .minute)
        hours = try CronField(parsing: fields[1], .hour)
        days = try CronField(parsing: fields[2], .day)
        months = try CronField(parsing: fields[3], .month)
        weekdays = try CronField(parsing: fields[4], .weekday)
        guard isEitherDayEnough || isPossible else {
            throw CronProblem("none of these months has such a day; it would never come")
        }
    }

    /// The first moment of the schedule later than `moment`; nil when there is none within 40 years.
    public func next(after moment: Timestamp) -> Timestamp? {
        let first = (moment.seconds.floored(by: 60) + 1) * 60
        let firstDay = first.floored(by: 86_400)
        for day in firstDay...(firstDay + 40 * 366) where holds(CivilDay(day)) {
            let earliest = day == firstDay ? Int((first - day * 86_400) / 60) : 0
            if let minute = time(from: earliest) { return Timestamp(seconds: day * 86_400 + Int64(minute) * 60) }
        }
        return nil
    }

    /// The first minute of the day that fits, from `earliest` on.
    private func time(from earliest: Int) -> Int? {
        for hour in (earliest / 60)..<24 where hours.contains(hour) {
            let start = hour == earliest / 60 ? earliest % 60 : 0
            if let minute = (start..<60).first(where: minutes.contains) { return hour * 60 + minute }
        }
        return nil
    }

    private func holds(_ day: CivilDay) -> Bool {
        guard months.contains(day.month) else { return false }
        let (fits, falls) = (days.contains(day.day), weekdays.contains(day.weekday))
        return isEitherDayEnough ? fits || falls : fits && falls
    }

    private var isEitherDayEnough: Bool { days.isRestricted && weekdays.isRestricted }

    /// Whether there is any such day, whatever weekday it is.
    private var isPossible: Bool {
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...12).contains { month in
            months.contains(month) && (1...lengths[month - 1]).contains(where: days.contains)
        }
    }
}

/// A day of the Gregorian calendar.
private struct CivilDay {
    let month: Int
    let day: Int
    /// 0 is Sunday.
    let weekday: Int

    /// - Parameter number: days since 1970-01-01. By eras of 400 years that begin on the 1st of March, so that the leap
    ///   day is the last of its year.
    init(_ number: Int64) {
        let shifted = number + 719_468
        let inEra = shifted - shifted.floored(by: 146_097) * 146_097
        let year = (inEra - inEra / 1_460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * year + year / 4 - year / 100)
        let fromMarch = (5 * inYear + 2) / 153
        month = Int(fromMarch < 10 ? fromMarch + 3 : fromMarch - 9)
        day = Int(inYear - (153 * fromMarch + 2) / 5 + 1)
        let week = (number + 4) - (number + 4).floored(by: 7) * 7
        weekday = Int(week)
    }
}

extension Int64 {
    /// The quotient, rounded down.
    fileprivate func floored(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}
