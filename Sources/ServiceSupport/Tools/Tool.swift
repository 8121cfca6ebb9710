/// A program the platform runs or that its tests need: its name, how it says its version, how a machine gets it.
public struct Tool: Sendable, Hashable {
    /// What goes wrong without it.
    public enum Need: Sendable, Hashable {
        /// The platform doesn't start.
        case platform
        /// `make demo` and `make test` don't run; agents do.
        case development
    }

    /// The file's name.
    public var name: String
    /// The oldest version that will do; nil when any will.
    public var minimum: ToolVersion?
    /// Arguments that make it print its version; empty for one that prints none.
    public var versionArguments: [String]
    public var need: Need
    /// The command that brings it.
    public var mend: String

    public init(
        _ name: String, atLeast minimum: ToolVersion? = nil, versionArguments: [String] = ["--version"],
        need: Need = .platform, mend: String
    ) {
        self.name = name
        self.minimum = minimum
        self.versionArguments = versionArguments
        self.need = need
        self.mend = mend
    }

    /// Brings every program of the platform.
    public static let setUp = "scripts/setup.sh"

    public static let envoy = Tool("envoy", atLeast: ToolVersion(1, 40), mend: setUp)
    public static let openBao = Tool(
        "bao", atLeast: ToolVersion(2, 7), versionArguments: ["version"], mend: setUp)
    public static let opa = Tool(
        "opa", atLeast: ToolVersion(1, 4), versionArguments: ["version"], mend: setUp)
    public static let bubblewrap = Tool("bwrap", atLeast: ToolVersion(0, 8), mend: "sudo apt-get install bubblewrap")

    /// What `palana up` needs. With a Vault of one's own (`VAULT_ADDR`) OpenBao isn't.
    public static let platform: [Tool] = [.envoy, .opa, .openBao, .bubblewrap]

    /// What the demo and the tests need besides.
    public static let development: [Tool] = [
        debian("git", package: "git"), debian("nginx", arguments: ["-v"], package: "nginx-light"),
        debian("fcgiwrap", arguments: [], package: "fcgiwrap"), debian("node", package: "nodejs"),
        debian("python3", package: "python3"), debian("socat", arguments: ["-V"], package: "socat"),
        debian("curl", package: "curl"), debian("openssl", arguments: ["version"], package: "openssl"),
    ]

    private static func debian(_ name: String, arguments: [String] = ["--version"], package: String) -> Tool {
        Tool(name, versionArguments: arguments, need: .development, mend: "sudo apt-get install \(package)")
    }
}
