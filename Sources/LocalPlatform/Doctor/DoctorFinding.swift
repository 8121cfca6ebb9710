/// One line of `palana doctor`: what was looked at, how it stands, and what mends it.
public struct DoctorFinding: Sendable, Hashable, Codable {
    public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// As it should be.
        case ok
        /// The platform runs, with less than it could give; `detail` says what.
        case warning
        /// The platform doesn't start until this is mended.
        case missing
    }

    /// What was looked at: `envoy`, `sandbox`, `limits`.
    public var name: String
    public var status: Status
    /// One sentence: what is used and from where, or what is wrong.
    public var detail: String
    /// The command that mends it; nil when nothing needs mending.
    public var mend: String?

    public init(_ name: String, _ status: Status, _ detail: String, mend: String? = nil) {
        self.name = name
        self.status = status
        self.detail = detail
        self.mend = mend
    }
}
