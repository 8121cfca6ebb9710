public import PalanaCore

public struct Pod: KubernetesObject {
    public struct Status: Codable, Hashable, Sendable {
        /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
        public var phase: String?
        public var conditions: [ObjectCondition]?
        public var reason: String?
        public var message: String?
        public var podIP: String?
        public var podIPs: [Address]?
        public var hostIP: String?
        public var startTime: Timestamp?
        public var initContainerStatuses: [ContainerStatus]?
        public var containerStatuses: [ContainerStatus]?

        public init(
            phase: String? = nil, conditions: [ObjectCondition]? = nil, reason: String? = nil, message: String? = nil,
            podIP: String? = nil, podIPs: [Address]? = nil, hostIP: String? = nil, startTime: Timestamp? = nil,
            initContainerStatuses: [ContainerStatus]? = nil, containerStatuses: [ContainerStatus]? = nil
        ) {
            self.phase = phase
            self.conditions = conditions
            self.reason = reason
            self.message = message
            self.podIP = podIP
            self.podIPs = podIPs
            self.hostIP = hostIP
            self.startTime = startTime
            self.initContainerStatuses = initContainerStatuses
            self.containerStatuses = containerStatuses
        }
    }

    public struct Address: Codable, Hashable, Sendable {
        public var ip: String?

        public init(ip: String? = nil) {
            self.ip = ip
        }
    }

    public struct ContainerStatus: Codable, Hashable, Sendable {
        public var name: String?
        public var ready: Bool?
        public var restartCount: Int?
        public var state: ContainerState?
        public var lastState: ContainerState?

        public init(
            name: String? = nil, ready: Bool? = nil, restartCount: Int? = nil, state: ContainerState? = nil,
            lastState: ContainerState? = nil
        ) {
            self.name = name
            self.ready = ready
            self.restartCount = restartCount
            self.state = state
            self.lastState = lastState
        }
    }

    /// Exactly one of these is there.
    public struct ContainerState: Codable, Hashable, Sendable {
        public var waiting: Waiting?
        public var running: Running?
        public var terminated: Terminated?

        public init(waiting: Waiting? = nil, running: Running? = nil, terminated: Terminated? = nil) {
            self.waiting = waiting
            self.running = running
            self.terminated = terminated
        }
    }

    public struct Waiting: Codable, Hashable, Sendable {
        /// `ImagePullBackOff`, `CrashLoopBackOff`, …
        public var reason: String?
        public var message: String?

        public init(reason: String? = nil, message: String? = nil) {
            self.reason = reason
            self.message = message
        }
    }

    public struct Running: Codable, Hashable, Sendable {
        public var startedAt: Timestamp?

        public init(startedAt: Timestamp? = nil) {
            self.startedAt = startedAt
        }
    }

    public struct Terminated: Codable, Hashable, Sendable {
        public var exitCode: Int?
        public var reason: String?
        public var message: String?
        public var finishedAt: Timestamp?

        public init(exitCode: Int? = nil, reason: String? = nil, message: String? = nil, finishedAt: Timestamp? = nil) {
            self.exitCode = exitCode
            self.reason = reason
            self.message = message
            self.finishedAt = finishedAt
        }
    }

    public static let type = ObjectType("Pod", plural: "pods")
    public var metadata: ObjectMeta
    public var spec: PodSpec?
    public var status: Status?

    public init(metadata: ObjectMeta, spec: PodSpec? = nil, status: Status? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// What the pods of a workload look like.
public struct PodTemplate: Codable, Hashable, Sendable {
    public struct Metadata: Codable, Hashable, Sendable {
        public var labels: [String: String]?
        public var annotations: [String: String]?

        public init(labels: [String: String]? = nil, annotations: [String: String]? = nil) {
            self.labels = labels
            self.annotations = annotations
        }
    }

    public var metadata: Metadata?
    public var spec: PodSpec?

    public init(metadata: Metadata? = nil, spec: PodSpec? = nil) {
        self.metadata = metadata
        self.spec = spec
    }
}
