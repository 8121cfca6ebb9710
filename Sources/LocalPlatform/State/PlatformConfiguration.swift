public import PalanaCore

/// How the platform of one machine runs: `config.yaml` in the state folder, then the flags of `palana up` on top.
public struct PlatformConfiguration: Sendable, Hashable, Codable {
    /// PEM files of further authorities that upstreams may be signed by.
    public var trustCA: [String]?
    /// DNS servers `IP:PORT` that the gateway asks instead of the system's.
    public var resolver: [String]?
    /// `HOST=CIDR[:PORT]`: private ranges that are reachable, only under the named host (`*` for all).
    public var allowPrivate: [String]?
    /// Refuse to start when memory, CPU and process limits can't be enforced.
    public var requireLimits: Bool?
    /// Let egress go on when the audit log can't be written.
    public var auditBestEffort: Bool?
    /// How many seconds a secret's value may be used after it was read from the vault; 30 unless told.
    public var secretCacheSeconds: Int?
    /// Where audit records are shipped; nil: nowhere.
    public var auditOTLP: AuditReceiver?
    /// When the platform kills by itself.
    public var alarms: AlarmRules?

    /// The longest time that a revoked secret may go on being used.
    public static let longestSecretCache = 300

    public init(
        trustCA: [String]? = nil, resolver: [String]? = nil, allowPrivate: [String]? = nil, requireLimits: Bool? = nil,
        auditBestEffort: Bool? = nil, secretCacheSeconds: Int? = nil, auditOTLP: AuditReceiver? = nil,
        alarms: AlarmRules? = nil
    ) {
        self.trustCA = trustCA
        self.resolver = resolver
        self.allowPrivate = allowPrivate
        self.requireLimits = requireLimits
        self.auditBestEffort = auditBestEffort
        self.secretCacheSeconds = secretCacheSeconds
        self.auditOTLP = auditOTLP
        self.alarms = alarms
    }

    /// The names that `config.yaml` may hold.
    public static let fields = [
        "trustCA", "resolver", "allowPrivate", "requireLimits", "auditBestEffort", "secretCacheSeconds",
        "auditOTLP", "alarms",
    ]

    /// This configuration with `flags` on top: lists are joined, a given value wins.
    public func overridden(by flags: PlatformConfiguration) -> PlatformConfiguration {
        PlatformConfiguration(
            trustCA: (trustCA ?? []) + (flags.trustCA ?? []), resolver: flags.resolver ?? resolver,
            allowPrivate: (allowPrivate ?? []) + (flags.allowPrivate ?? []),
            requireLimits: flags.requireLimits ?? requireLimits,
            auditBestEffort: flags.auditBestEffort ?? auditBestEffort,
            secretCacheSeconds: flags.secretCacheSeconds ?? secretCacheSeconds,
            auditOTLP: flags.auditOTLP ?? auditOTLP, alarms: flags.alarms ?? alarms)
    }
}

/// A receiver of OTLP/HTTP.
public struct AuditReceiver: Sendable, Hashable, Codable {
    public var endpoint: String
    /// A file of `Name: value` lines.
    public var headersFile: String?
    /// A PEM file of the authority of its certificate.
    public var caFile: String?

    public static let fields = ["endpoint", "headersFile", "caFile"]
}
