import ArgumentParser
import ClusterAPI
import Foundation
import PalanaCore

/// Runs one replica of the HTTP API in a cluster.
struct PlatformAPIServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Run a replica of the HTTP API in a Kubernetes cluster.",
        discussion: """
            palana api --client-ca /etc/palana/client-ca/ca.crt

            Takes the values of agents' secrets to the vault, which objects of the cluster must not hold. Callers show what \
            they show the API server: a client certificate of the cluster (--client-ca) or a bearer token (TokenReview); whoever \
            may update an Agent may give it secrets (SubjectAccessReview).

            The API server is found as kubectl does (KUBECONFIG) or, in a pod, by its service account. The vault is VAULT_ADDR \
            (and VAULT_NAMESPACE, VAULT_CACERT, VAULT_CLIENT_CERT, VAULT_CLIENT_KEY as needed); this role can't read there. \
            Certificate files are read again as they are renewed.
            """)

    @Option(help: ArgumentHelp("Where it listens.", valueName: "ip"))
    var listen = "0.0.0.0"

    @Option(help: ArgumentHelp("Its port.", valueName: "port"))
    var port = 8_443

    @Option(help: ArgumentHelp("Port of /readyz and /healthz.", valueName: "port"))
    var healthPort = 8_081

    @Option(help: ArgumentHelp("Its certificate with the chain, PEM.", valueName: "file"))
    var tlsCertificate = "/etc/palana/tls/tls.crt"

    @Option(help: ArgumentHelp("The certificate's key, PEM.", valueName: "file"))
    var tlsKey = "/etc/palana/tls/tls.key"

    @Option(
        name: .customLong("client-ca"),
        help: ArgumentHelp(
            "The authority of the cluster's client certificates, PEM (default: none is taken).", valueName: "file"))
    var clientAuthority: String?

    @Option(help: ArgumentHelp("Folder of the audit log.", valueName: "folder"))
    var auditFolder = "/var/lib/palana/audit"

    @Option(help: ArgumentHelp("Name of this replica in the audit log (default: the host's name).", valueName: "name"))
    var replica: String?

    @OptionGroup var shipping: ShippingOptions

    @Option(help: ArgumentHelp("A context of the kubeconfig files.", valueName: "name"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "Folder with role and secret id of the vault's AppRole (default: the pod's service account).",
            valueName: "folder"))
    var vaultRoles: String?

    func run() async throws {
        guard IPAddress(listen) != nil else { throw ValidationError("--listen \(listen) is no IP address") }
        guard (1...65_535).contains(port) else { throw ValidationError("--port must be 1 to 65535") }
        guard (1...65_535).contains(healthPort) else { throw ValidationError("--health-port must be 1 to 65535") }
        let settings = APISettings(
            host: listen, port: port, healthPort: healthPort,
            certificate: .init(certificate: tlsCertificate, key: tlsKey, clientAuthority: clientAuthority),
            auditFolder: URL(fileURLWithPath: auditFolder).standardizedFileURL.path,
            replica: replica ?? ProcessInfo.processInfo.hostName.lowercased(),
            shipping: try shipping.configuration(), context: context,
            vaultRoles: vaultRoles.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
        try await APIRole(settings: settings, environment: ProcessInfo.processInfo.environment).run()
    }
}
