/// What a search for a ``Tool`` found.
public enum ToolSearch: Sendable, Hashable {
    /// A program that is there but won't do, and why.
    public struct Rejected: Sendable, Hashable {
        public var path: String
        /// As in "is 1.38.0" or "doesn't run: …".
        public var reason: String

        public init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// The program to use. `version` is nil for one that prints none.
    case found(path: String, version: ToolVersion?)
    /// None that will do; `rejected` lists those that were tried.
    case missing(rejected: [Rejected])

    /// The path to use, if there is one.
    public var path: String? {
        guard case .found(let path, _) = self else { return nil }
        return path
    }
}
