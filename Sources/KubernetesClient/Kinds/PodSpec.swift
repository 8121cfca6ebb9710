public struct PodSpec: Codable, Hashable, Sendable {
    public struct DNSConfig: Codable, Hashable, Sendable {
        public struct Option: Codable, Hashable, Sendable {
            public var name: String?
            public var value: String?

            public init(name: String? = nil, value: String? = nil) {
                self.name = name
                self.value = value
            }
        }

        public var nameservers: [String]?
        public var searches: [String]?
        public var options: [Option]?

        public init(nameservers: [String]? = nil, searches: [String]? = nil, options: [Option]? = nil) {
            self.nameservers = nameservers
            self.searches = searches
            self.options = options
        }
    }

    public struct SecurityContext: Codable, Hashable, Sendable {
        public var runAsUser: Int?
        public var runAsGroup: Int?
        public var runAsNonRoot: Bool?
        public var fsGroup: Int?
        public var fsGroupChangePolicy: String?
        public var supplementalGroups: [Int]?
        public var seccompProfile: SeccompProfile?

        public init(
            runAsUser: Int? = nil, runAsGroup: Int? = nil, runAsNonRoot: Bool? = nil, fsGroup: Int? = nil,
            fsGroupChangePolicy: String? = nil, supplementalGroups: [Int]? = nil, seccompProfile: SeccompProfile? = nil
        ) {
            self.runAsUser = runAsUser
            self.runAsGroup = runAsGroup
            self.runAsNonRoot = runAsNonRoot
            self.fsGroup = fsGroup
            self.fsGroupChangePolicy = fsGroupChangePolicy
            self.supplementalGroups = supplementalGroups
            self.seccompProfile = seccompProfile
        }
    }

    public var containers: [Container]?
    public var initContainers: [Container]?
    public var volumes: [Volume]?
    public var serviceAccountName: String?
    public var automountServiceAccountToken: Bool?
    public var securityContext: SecurityContext?
    public var restartPolicy: String?
    public var dnsPolicy: String?
    public var dnsConfig: DNSConfig?
    public var enableServiceLinks: Bool?
    public var hostNetwork: Bool?
    public var hostPID: Bool?
    public var hostIPC: Bool?
    public var hostUsers: Bool?
    public var shareProcessNamespace: Bool?
    public var hostname: String?
    public var nodeName: String?
    public var nodeSelector: [String: String]?
    public var runtimeClassName: String?
    public var priorityClassName: String?
    public var terminationGracePeriodSeconds: Int?
    public var imagePullSecrets: [LocalReference]?

    public init(
        containers: [Container]? = nil, initContainers: [Container]? = nil, volumes: [Volume]? = nil,
        serviceAccountName: String? = nil, automountServiceAccountToken: Bool? = nil,
        securityContext: SecurityContext? = nil, restartPolicy: String? = nil, dnsPolicy: String? = nil,
        dnsConfig: DNSConfig? = nil, enableServiceLinks: Bool? = nil, hostNetwork: Bool? = nil, hostPID: Bool? = nil,
        hostIPC: Bool? = nil, hostUsers: Bool? = nil, shareProcessNamespace: Bool? = nil, hostname: String? = nil,
        nodeName: String? = nil, nodeSelector: [String: String]? = nil, runtimeClassName: String? = nil,
        priorityClassName: String? = nil, terminationGracePeriodSeconds: Int? = nil,
        imagePullSecrets: [LocalReference]? = nil
    ) {
        self.containers = containers
        self.initContainers = initContainers
        self.volumes = volumes
        self.serviceAccountName = serviceAccountName
        self.automountServiceAccountToken = automountServiceAccountToken
        self.securityContext = securityContext
        self.restartPolicy = restartPolicy
        self.dnsPolicy = dnsPolicy
        self.dnsConfig = dnsConfig
        self.enableServiceLinks = enableServiceLinks
        self.hostNetwork = hostNetwork
        self.hostPID = hostPID
        self.hostIPC = hostIPC
        self.hostUsers = hostUsers
        self.shareProcessNamespace = shareProcessNamespace
        self.hostname = hostname
        self.nodeName = nodeName
        self.nodeSelector = nodeSelector
        self.runtimeClassName = runtimeClassName
        self.priorityClassName = priorityClassName
        self.terminationGracePeriodSeconds = terminationGracePeriodSeconds
        self.imagePullSecrets = imagePullSecrets
    }
}

/// Which system calls a container may make.
public struct SeccompProfile: Codable, Hashable, Sendable {
    /// `RuntimeDefault`, `Localhost` or `Unconfined`.
    public var type: String?
    public var localhostProfile: String?

    public init(type: String? = nil, localhostProfile: String? = nil) {
        self.type = type
        self.localhostProfile = localhostProfile
    }
}
