/// Reads the quantities of the API, with Kubernetes' spelling (`resource.Quantity`).
public enum Quantities {
    private static let byteUnits: [(suffix: String, factor: Int)] = [
        ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40),
        ("k", 1_000), ("K", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("", 1),
    ]

    /// `2Gi`, `512M`, `1.5Gi`, `1048576` as bytes; nil when it is none, not positive or too large to count.
    public static func bytes(_ text: String) -> Int? {
        guard let unit = byteUnits.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
        return scaled(String(text.dropLast(unit.suffix.count)), by: unit.factor)
    }

    /// `500m`, `2`, `0.5` as thousandths of a core; nil when it is none or not positive.
    public static func millicores(_ text: String) -> Int? {
        guard text.hasSuffix("m") else { return scaled(text, by: 1_000) }
        return scaled(String(text.dropLast()), by: 1)
    }

    /// A positive decimal number without exponent or sign times `factor`, which must come out whole but for bytes'
    /// fractions.
    private static func scaled(_ number: String, by factor: Int) -> Int? {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, number.utf8.count <= 20, parts.allSatisfy({ isDigits($0) }), let whole = Int(parts[0])
        else { return nil }
        var (result, isTooLarge) = whole.multipliedReportingOverflow(by: factor)
        if parts.count == 2, let fraction = Double("0.\(parts[1])") {
            let (sum, overflow) = result.addingReportingOverflow(Int((fraction * Double(factor)).rounded(.down)))
            (result, isTooLarge) = (sum, isTooLarge || overflow)
        }
        return isTooLarge || result <= 0 ? nil : result
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static let timeUnits: [(suffix: String, seconds: Int)] = [("h", 3_600), ("m", 60), ("s", 1)]

    /// `168h`, `30m`, `1h30m`, `45s`; units from large to small, each once. Nil when it is none, zero or above ten
    /// years.
    public static func duration(_ text: String) -> Duration? {
        var rest = Substring(text)
        var seconds = 0
        for unit in timeUnits {
            guard let end = rest.firstIndex(of: Character(unit.suffix)) else { continue }
            let number = rest[..<end]
            guard isDigits(number), number.utf8.count <= 9, let count = Int(number) else { return nil }
            seconds += count * unit.seconds
            rest = rest[rest.index(after: end)...]
        }
        guard rest.isEmpty, seconds > 0, seconds <= 10 * 366 * 86_400 else { return nil }
        return .seconds(seconds)
    }
}
