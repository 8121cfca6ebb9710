/// Why a control plane for a test could not be had, or what went wrong with it; with the ends of its programs' logs where
/// they tell more.
public struct ControlPlaneFailure: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }

    /// - Parameter logs: names and texts; the last lines of each are told.
    init(_ what: String, logs: [(name: String, text: String)]) {
        let tails = logs.map { log in
            let lines = log.text.split(separator: "\n").suffix(12).map { "  | \($0.prefix(400))" }
            return "\n  \(log.name):\n" + lines.joined(separator: "\n")
        }
        description = what + tails.joined()
    }
}
