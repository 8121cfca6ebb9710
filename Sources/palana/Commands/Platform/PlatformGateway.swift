import ArgumentParser
import ClusterGateway
import Foundation
import Gateway
import PalanaCore

/// Runs one replica of the gateway in a cluster.
struct PlatformGateway: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Run a replica of the gateway in a Kubernetes cluster.",
        discussion: """
            Runs in a pod beside Envoy and OPA, which share its run folder and user and nothing else:

              envoy   -c RUN/envoy.json --disable-hot-restart --drain-time-s 0 --drain-strategy immediate
              opa     run --server --addr unix://RUN/opa/s --unix-socket-perm 600

            The API server is found as kubectl does (KUBECONFIG) or, in a pod, by its service account. Agents, templates, \
            policies and kill switches, and the pods and Services labelled palana.dev/agent, are watched in all namespaces; \
            nothing is served before all of them are known.
            The vault is VAULT_ADDR (and VAULT_NAMESPACE, VAULT_CACERT, VAULT_CLIENT_CERT, VAULT_CLIENT_KEY as needed; \
            VAULT_KUBERNETES_MOUNT and VAULT_KUBERNETES_TOKEN_FILE for the login).
            Agents are served on their own port, DNS on that port + 10000. /readyz and /healthz answer on the health port.

              palana gateway --replica gateway-0 --egress-ports 20000-29999
            """)

    @Option(help: ArgumentHelp("Folder shared with Envoy and OPA.", valueName: "folder"))
    var runFolder = "/run/palana"

    @Option(help: ArgumentHelp("Folder of the audit log.", valueName: "folder"))
    var auditFolder = "/var/lib/palana/audit"

    @Option(help: ArgumentHelp("Name of this replica in the audit log (default: the host's name).", valueName: "name"))
    var replica: String?

    @Option(
        name: .customLong("ca-certificate"), help: ArgumentHelp("The authority of the leaves, PEM.", valueName: "file"))
    var authorityCertificate = "/etc/palana/ca/tls.crt"

    @Option(name: .customLong("ca-key"), help: ArgumentHelp("Its P-256 key, PEM.", valueName: "file"))
    var authorityKey = "/etc/palana/ca/tls.key"

    @Option(
        help: ArgumentHelp("The platform's own namespace, whose kill switches reach all agents.", valueName: "name"))
    var namespace = "palana-system"

    @Option(help: ArgumentHelp("The range of the agents' ports, as the operator has it.", valueName: "first-last"))
    var egressPorts = "20000-29999"

    @Option(help: ArgumentHelp("The address on which agents are served.", valueName: "ip"))
    var listen = "0.0.0.0"

    @Option(help: ArgumentHelp("Port of /readyz and /healthz.", valueName: "port"))
    var healthPort = 8_081

    @Option(help: ArgumentHelp("A context of the kubeconfig files.", valueName: "name"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "Folder with the role and secret ids of the vault's AppRoles (default: the pod's service account logs in).",
            valueName: "folder"))
    var vaultRoles: String?

    @Option(help: ArgumentHelp("How long a secret's value may be used after it was read.", valueName: "seconds"))
    var secretCacheSeconds = 30

    @Option(
        name: .customLong("trust-ca"),
        help: ArgumentHelp("A PEM file of a further authority for upstreams. Repeatable.", valueName: "file"))
    var trustCA: [String] = []

    @Option(
        help: ArgumentHelp("A DNS server for the gateway (default: the system's). Repeatable.", valueName: "ip:port"))
    var resolver: [String] = []

    @Option(
        name: .customLong("allow-private"),
        help: ArgumentHelp(
            "HOST=CIDR[:PORT]: a private range reachable under that host only (* for all). Repeatable.",
            valueName: "host=cidr"))
    var allowPrivate: [String] = []

    @Option(
        name: .customLong("cluster-domain"),
        help: ArgumentHelp("A suffix of names that agents are not to find. Repeatable.", valueName: "suffix"))
    var clusterDomains: [String] = ["svc", "cluster.local"]

    @Flag(help: "Let egress go on when the audit log can't be written.")
    var auditBestEffort = false

    @OptionGroup var shipping: ShippingOptions

    @Option(help: ArgumentHelp("How long to go on serving after SIGTERM.", valueName: "seconds"))
    var drainSeconds = 10

    func run() async throws {
        try await GatewayRole(settings: try settings(), environment: ProcessInfo.processInfo.environment).run()
    }

    private func settings() throws -> GatewaySettings {
        guard let address = IPAddress(listen) else { throw ValidationError("--listen \(listen) is no IP address") }
        guard (1...65_535).contains(healthPort) else { throw ValidationError("--health-port must be 1 to 65535") }
        guard (0...300).contains(secretCacheSeconds) else {
            throw ValidationError("--secret-cache-seconds must be 0 to 300")
        }
        guard (0...600).contains(drainSeconds) else { throw ValidationError("--drain-seconds must be 0 to 600") }
        return GatewaySettings(
            runFolder: Self.absolute(runFolder), auditFolder: Self.absolute(auditFolder),
            replica: replica ?? ProcessInfo.processInfo.hostName.lowercased(),
            authorityCertificate: Self.absolute(authorityCertificate), authorityKey: Self.absolute(authorityKey),
            index: ClusterIndexConfiguration(platformNamespace: namespace, egressPorts: try ports()),
            address: address, healthPort: healthPort, context: context, vaultRoles: vaultRoles.map(Self.absolute),
            secretCache: .seconds(secretCacheSeconds), trustAdditions: trustCA.map(Self.absolute),
            resolvers: try resolver.map { try Resolver(parsing: $0) },
            allowPrivate: try allowPrivate.map { try PrivateAllowance(parsing: $0) }, clusterDomains: clusterDomains,
            auditBestEffort: auditBestEffort, shipping: try shipping.configuration(), drain: .seconds(drainSeconds))
    }

    /// The DNS ports above must fit too.
    private func ports() throws -> ClosedRange<UInt16> {
        let ends = egressPorts.split(separator: "-", omittingEmptySubsequences: false).compactMap { UInt16($0) }
        guard ends.count == 2, ends[0] >= 1_024, ends[0] <= ends[1], ends[1] <= 55_535 else {
            throw ValidationError("--egress-ports \(egressPorts) must be FIRST-LAST between 1024 and 55535")
        }
        return ends[0]...ends[1]
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
