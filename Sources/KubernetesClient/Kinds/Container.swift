public struct Container: Codable, Hashable, Sendable {
    public struct Variable: Codable, Hashable, Sendable {
        public var name: String
        public var value: String?

        public init(name: String, value: String? = nil) {
            self.name = name
            self.value = value
        }
    }

    public struct Port: Codable, Hashable, Sendable {
        public var name: String?
        public var containerPort: Int?
        public var hostPort: Int?
        public var `protocol`: String?

        public init(name: String? = nil, containerPort: Int? = nil, hostPort: Int? = nil, `protocol`: String? = nil) {
            self.name = name
            self.containerPort = containerPort
            self.hostPort = hostPort
            self.protocol = `protocol`
        }
    }

    public struct Mount: Codable, Hashable, Sendable {
        /// The volume's name.
        public var name: String
        public var mountPath: String
        public var subPath: String?
        public var readOnly: Bool?

        public init(name: String, mountPath: String, subPath: String? = nil, readOnly: Bool? = nil) {
            self.name = name
            self.mountPath = mountPath
            self.subPath = subPath
            self.readOnly = readOnly
        }
    }

    public struct Capabilities: Codable, Hashable, Sendable {
        public var add: [String]?
        public var drop: [String]?

        public init(add: [String]? = nil, drop: [String]? = nil) {
            self.add = add
            self.drop = drop
        }
    }

    public struct SecurityContext: Codable, Hashable, Sendable {
        public var runAsUser: Int?
        public var runAsGroup: Int?
        public var runAsNonRoot: Bool?
        public var privileged: Bool?
        public var allowPrivilegeEscalation: Bool?
        public var readOnlyRootFilesystem: Bool?
        public var procMount: String?
        public var capabilities: Capabilities?
        public var seccompProfile: SeccompProfile?

        public init(
            runAsUser: Int? = nil, runAsGroup: Int? = nil, runAsNonRoot: Bool? = nil, privileged: Bool? = nil,
            allowPrivilegeEscalation: Bool? = nil, readOnlyRootFilesystem: Bool? = nil, procMount: String? = nil,
            capabilities: Capabilities? = nil, seccompProfile: SeccompProfile? = nil
        ) {
            self.runAsUser = runAsUser
            self.runAsGroup = runAsGroup
            self.runAsNonRoot = runAsNonRoot
            self.privileged = privileged
            self.allowPrivilegeEscalation = allowPrivilegeEscalation
            self.readOnlyRootFilesystem = readOnlyRootFilesystem
            self.procMount = procMount
            self.capabilities = capabilities
            self.seccompProfile = seccompProfile
        }
    }

    public var name: String
    public var image: String?
    public var imagePullPolicy: String?
    public var command: [String]?
    public var args: [String]?
    public var workingDir: String?
    public var env: [Variable]?
    public var ports: [Port]?
    public var resources: ResourceAmounts?
    public var volumeMounts: [Mount]?
    public var securityContext: SecurityContext?
    public var stdin: Bool?
    public var tty: Bool?

    public init(
        name: String, image: String? = nil, imagePullPolicy: String? = nil, command: [String]? = nil,
        args: [String]? = nil, workingDir: String? = nil, env: [Variable]? = nil, ports: [Port]? = nil,
        resources: ResourceAmounts? = nil, volumeMounts: [Mount]? = nil, securityContext: SecurityContext? = nil,
        stdin: Bool? = nil, tty: Bool? = nil
    ) {
        self.name = name
        self.image = image
        self.imagePullPolicy = imagePullPolicy
        self.command = command
        self.args = args
        self.workingDir = workingDir
        self.env = env
        self.ports = ports
        self.resources = resources
        self.volumeMounts = volumeMounts
        self.securityContext = securityContext
        self.stdin = stdin
        self.tty = tty
    }
}
