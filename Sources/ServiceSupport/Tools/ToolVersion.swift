/// A version as programs print it: `1.40.0`, `2.7`, `0.8`. Missing parts count as zero; what follows (`-dev`, `+build`) is left out.
public struct ToolVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var major: Int
    public var minor: Int
    public var patch: Int

    public init(_ major: Int, _ minor: Int, _ patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// The first `x.y` or `x.y.z` in `text` that doesn't continue a word: `envoy  version: 96d…c1/1.40.0/Clean` gives 1.40.0,
    /// and a commit's hash gives nothing.
    public init?(in text: String) {
        guard let match = text.firstMatch(of: /(?:^|[^0-9A-Za-z.]|\bv)([0-9]{1,6})\.([0-9]{1,6})(?:\.([0-9]{1,6}))?/)
        else {
            return nil
        }
        guard let major = Int(match.1), let minor = Int(match.2) else { return nil }
        self.init(major, minor, match.3.flatMap { Int($0) } ?? 0)
    }

    public var description: String { "\(major).\(minor).\(patch)" }

    public static func < (left: ToolVersion, right: ToolVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
