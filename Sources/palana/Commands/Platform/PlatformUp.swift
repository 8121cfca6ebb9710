import ArgumentParser
import Foundation
import LocalPlatform

/// Runs the platform of this machine.
struct PlatformUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run the platform on this machine.",
        discussion: """
            palana up                      in the foreground; Ctrl-C stops everything in good order
              palana up --detach             in the background; ready when the command returns
              palana up --allow-private git.corp=10.1.2.0/24:443 --resolver 10.1.0.53:53 --trust-ca corp-ca.pem

            The same settings may stand in config.yaml in the state folder. With VAULT_ADDR set (and VAULT_NAMESPACE, \
            VAULT_CACERT, VAULT_CLIENT_CERT, VAULT_CLIENT_KEY as needed) that Vault is used instead of the platform's own.
            """)

    @OptionGroup var platform: PlatformOptions

    @Flag(help: "Return when the platform is ready and leave it running.")
    var detach = false

    @Option(
        name: .customLong("trust-ca"),
        help: ArgumentHelp("A PEM file of a further authority for upstreams. Repeatable.", valueName: "file"))
    var trustCA: [String] = []

    @Option(
        help: ArgumentHelp(
            "A DNS server IP:PORT for the gateway (default: the system's). Repeatable.", valueName: "ip:port"))
    var resolver: [String] = []

    @Option(
        name: .customLong("allow-private"),
        help: ArgumentHelp(
            "HOST=CIDR[:PORT]: a private range reachable under that host only (* for all). Repeatable.",
            valueName: "host=cidr"))
    var allowPrivate: [String] = []

    @Flag(help: "Refuse to start when memory, CPU and process limits can't be enforced.")
    var requireLimits = false

    @Flag(help: "Let egress go on when the audit log can't be written.")
    var auditBestEffort = false

    func run() async throws {
        let folder = try platform.folder()
        let environment = ProcessInfo.processInfo.environment
        if detach {
            try await DetachedStart(folder: folder, arguments: arguments(), environment: environment).run()
        } else {
            try await UpRole(folder: folder, flags: flags, environment: environment).run()
        }
    }

    private var flags: PlatformConfiguration {
        PlatformConfiguration(
            trustCA: trustCA.map(Self.absolute), resolver: resolver.isEmpty ? nil : resolver,
            allowPrivate: allowPrivate,
            requireLimits: requireLimits ? true : nil, auditBestEffort: auditBestEffort ? true : nil)
    }

    /// The same command without `--detach`, with absolute paths.
    private func arguments() throws -> [String] {
        var result = ["up", "--state", try platform.folder().path]
        for file in trustCA { result += ["--trust-ca", Self.absolute(file)] }
        for server in resolver { result += ["--resolver", server] }
        for range in allowPrivate { result += ["--allow-private", range] }
        if requireLimits { result.append("--require-limits") }
        if auditBestEffort { result.append("--audit-best-effort") }
        return result
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
