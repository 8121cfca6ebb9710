/// How much one object may hold. A decision's cost, a listener's size and a file's size follow from these.
public enum ValidationLimits {
    public static let allowRules = 2_000
    public static let listItems = 256
    public static let command = 1_024
    public static let labels = 64
    public static let secrets = 64
    /// Hosts whose requests are no activity; each request is compared with all of them.
    public static let ignoredHosts = 64
    /// Bytes of one argument, environment value or annotation (Linux allows 128 KiB for one string of `execve`).
    public static let text = 65_536
    /// Bytes of a raw owner.
    public static let owner = 256
    /// Bytes of a kill switch's reason.
    public static let reason = 1_024
    public static let pathGlob = 1_024
    /// Wildcards of one path glob; matching may take steps in their number.
    public static let wildcards = 8
    /// Bytes of a Rego module.
    public static let rego = 262_144
}
