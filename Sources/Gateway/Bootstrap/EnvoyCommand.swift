public import Foundation

/// How Envoy is started. The caller must also forbid core dumps (`RLIMIT_CORE` 0): leaves' keys and injected secrets
/// pass through Envoy's memory.
public struct EnvoyCommand: Sendable, Hashable {
    /// Absolute path of the program.
    public var executable: String
    /// The file that `EnvoyBootstrap.render()` was written to.
    public var configuration: URL
    /// Worker threads; nil: one a core.
    public var workers: Int?
    /// `trace`, `debug`, `info`, `warning`, `error`, `critical` or `off`.
    public var logLevel: String

    public init(executable: String, configuration: URL, workers: Int? = nil, logLevel: String = "warning") {
        self.executable = executable
        self.configuration = configuration
        self.workers = workers
        self.logLevel = logLevel
    }

    /// Without the program itself.
    public var arguments: [String] {
        let workerOptions = workers.map { ["--concurrency", String($0)] } ?? []
        return [
            "-c", configuration.path,
            // Hot restart opens shared sockets of its own and ties Envoy's life to the thread that spawned it.
            "--disable-hot-restart",
            // A removed listener cuts what it has open at once: the kill switch.
            "--drain-time-s", "0", "--drain-strategy", "immediate",
            "--log-level", logLevel, "--log-format", "%Y-%m-%dT%H:%M:%S.%e %l %n %v",
            // It warns about each address range of the DNS filter, whose schema is young.
            "--component-log-level", "misc:error",
        ] + workerOptions
    }
}
