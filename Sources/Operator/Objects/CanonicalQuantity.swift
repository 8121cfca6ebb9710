import PalanaCore

/// Quantities as the API server writes them (`resource.Quantity`, canonical form), so that what comes back is what was
/// sent. What can't be read stays as it is, for the API server to refuse.
enum CanonicalQuantity {
    /// `1024Mi` → `1Gi`, `2000` → `2k`.
    static func bytes(_ text: String) -> String {
        Quantities.bytes(text).map(bytes) ?? text
    }

    static func bytes(_ count: Int) -> String {
        guard count % 1_024 == 0 else { return scaled(count, by: 1_000, units: ["", "k", "M", "G", "T", "P"]) }
        return scaled(count, by: 1_024, units: ["", "Ki", "Mi", "Gi", "Ti", "Pi"])
    }

    /// `0.5` → `500m`, `1000m` → `1`.
    static func cores(_ text: String) -> String {
        guard let millicores = Quantities.millicores(text) else { return text }
        return scaled(millicores, by: 1_000, units: ["m", "", "k"])
    }

    /// The sum; a summand that can't be read, or is nothing, adds nothing.
    static func bytes(_ text: String, plus other: String?) -> String {
        guard let count = Quantities.bytes(text), let other = other.flatMap(Quantities.bytes) else {
            return bytes(text)
        }
        return bytes(count + min(other, .max - count))
    }

    static func cores(_ text: String, plus other: String?) -> String {
        guard let count = Quantities.millicores(text), let other = other.flatMap(Quantities.millicores) else {
            return cores(text)
        }
        return cores("\(count + min(other, .max - count))m")
    }

    private static func scaled(_ count: Int, by factor: Int, units: [String]) -> String {
        var (count, index) = (count, 0)
        while count != 0, count % factor == 0, index + 1 < units.count { (count, index) = (count / factor, index + 1) }
        return "\(count)\(units[index])"
    }
}
