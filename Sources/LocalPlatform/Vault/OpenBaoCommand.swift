import Foundation

/// How OpenBao is started. It writes its log to standard output and standard error, and stops orderly on SIGTERM.
public struct OpenBaoCommand: Sendable, Hashable {
    /// Absolute path of `bao`.
    public let executable: String
    /// Without the program's name.
    public let arguments: [String]
    /// All of its environment: nothing is inherited, so no `BAO_…` or `VAULT_…` of the user's steers it.
    public let environment: [String: String]

    /// - Parameter program: absolute path of `bao`.
    init(program: String, layout: OpenBaoLayout) {
        executable = program
        arguments = ["server", "-config=\(layout.configuration.path)"]
        environment = ["HOME": layout.folder.path, "GOMEMLIMIT": "128MiB"]
    }
}
