/// One field of a ``CronSchedule``: the numbers that it stands for.
struct CronField: Hashable, Sendable {
    enum Kind: String, Sendable {
        case minute
        case hour
        case day = "day of the month"
        case month
        case weekday = "day of the week"

        var range: ClosedRange<Int> {
            switch self {
            case .minute: 0...59
            case .hour: 0...23
            case .day: 1...31
            case .month: 1...12
            // 7 is Sunday as well.
            case .weekday: 0...7
            }
        }

        /// What stands for its first number, its second and so on.
        var names: [String] {
            switch self {
            case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
            case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
            case .minute, .hour, .day: []
            }
        }
    }

    private var numbers: UInt64 = 0
    /// Whether it begins with something else than `*`, as crontab(5) has it.
    let isRestricted: Bool

    init(parsing text: Substring, _ kind: Kind) throws(CronProblem) {
        isRestricted = !text.hasPrefix("*")
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            for number in try Self.numbers(part, kind) {
                numbers |= 1 << UInt64(kind == .weekday && number == 7 ? 0 : number)
            }
        }
    }

    func contains(_ number: Int) -> Bool { numbers & (1 << UInt64(number)) != 0 }

    /// `*`, `5`, `1-5`, each of them with `/2` for every second one; `5/2` is from 5 to the end.
    private static func numbers(_ part: Substring, _ kind: Kind) throws(CronProblem) -> StrideThrough<Int> {
        let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let interval = try pieces.count == 2 ? step(pieces[1], kind) : nil
        let last = kind == .weekday ? 6 : kind.range.upperBound
        guard pieces[0] != "*" else {
            return stride(from: kind.range.lowerBound, through: last, by: interval ?? 1)
        }
        let ends = pieces[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try number(ends[0], kind)
        guard ends.count == 2 else {
            return stride(from: first, through: interval == nil ? first : max(first, last), by: interval ?? 1)
        }
        let end = try number(ends[1], kind)
        guard first <= end else {
            throw CronProblem(
                "\(kind.rawValue): \(ShownText.quoted(String(pieces[0]))) goes backwards; write two ranges")
        }
        return stride(from: first, through: end, by: interval ?? 1)
    }

    private static func step(_ text: Substring, _ kind: Kind) throws(CronProblem) -> Int {
        guard let step = digits(text), (1...kind.range.upperBound).contains(step) else {
            throw CronProblem(
                "\(kind.rawValue): \(ShownText.quoted(String(text))) is no step; 1 to \(kind.range.upperBound) are")
        }
        return step
    }

    private static func number(_ text: Substring, _ kind: Kind) throws(CronProblem) -> Int {
        if let index = kind.names.firstIndex(of: text.lowercased()) { return kind.range.lowerBound + index }
        guard let number = digits(text), kind.range.contains(number) else {
            let (low, high) = (kind.range.lowerBound, kind.range.upperBound)
            let names = kind.names.isEmpty ? "" : ", and \(kind.names[0]) to \(kind.names[kind.names.count - 1])"
            throw CronProblem(
                "\(kind.rawValue): \(ShownText.quoted(String(text))): \(low) to \(high) are allowed\(names)")
        }
        return number
    }

    private static func digits(_ text: Substring) -> Int? {
        (1...2).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }
}
