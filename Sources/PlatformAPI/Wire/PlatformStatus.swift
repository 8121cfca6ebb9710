public import Foundation

/// What `palana status` shows: the platform, its parts and how agents are limited.
public struct PlatformStatus: Sendable, Hashable, Codable {
    /// One supervised program.
    public struct Part: Sendable, Hashable, Codable {
        public enum State: String, Sendable, Codable {
            case starting, ready, restarting, stopped
            /// It runs and can't do its work; `detail` says why.
            case failing
            /// It runs and is behind with its work; nothing else waits for it. `detail` says why.
            case behind
        }

        public var name: String
        public var state: State
        public var pid: Int32?
        public var restarts: Int
        /// Why it isn't ready, in one sentence.
        public var detail: String?

        public init(name: String, state: State, pid: Int32? = nil, restarts: Int = 0, detail: String? = nil) {
            self.name = name
            self.state = state
            self.pid = pid
            self.restarts = restarts
            self.detail = detail
        }
    }

    public var version: String
    public var pid: Int32
    public var since: Date
    public var stateFolder: String
    /// `root` or `user`: how sandboxes are made.
    public var sandboxMode: String
    /// How limits are enforced: `cgroup v2`, `cgroup v1`, `systemd scope`, `rlimits`.
    public var limits: String
    public var parts: [Part]
    public var agents: [String: Int]

    public init(
        version: String, pid: Int32, since: Date, stateFolder: String, sandboxMode: String, limits: String,
        parts: [Part], agents: [String: Int]
    ) {
        self.version = version
        self.pid = pid
        self.since = since
        self.stateFolder = stateFolder
        self.sandboxMode = sandboxMode
        self.limits = limits
        self.parts = parts
        self.agents = agents
    }

    /// Whether every part is ready, or none waits for those that aren't.
    public var isReady: Bool { parts.allSatisfy { $0.state == .ready || $0.state == .behind } }
}
