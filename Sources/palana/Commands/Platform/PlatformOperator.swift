import ArgumentParser
import Foundation
import Operator
import PalanaCore

/// Runs one replica of the operator in a cluster.
struct PlatformOperator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "operator", abstract: "Run a replica of the operator in a Kubernetes cluster.",
        discussion: """
            Makes what Tenants and Agents need in the cluster, and answers the API server's questions about them and about \
            agents' pods. Every replica answers; the one that holds the lease palana-operator reconciles.

            The API server is found as kubectl does (KUBECONFIG) or, in a pod, by its service account. The vault is \
            VAULT_ADDR (and VAULT_NAMESPACE, VAULT_CACERT, VAULT_CLIENT_CERT, VAULT_CLIENT_KEY as needed); the operator \
            may only remove there. Policies are compiled with opa from PATH.
            The annotation palana.dev/paused: "true" on a Tenant or an Agent has it left alone.

              palana operator --identity operator-0 --egress-ports 20000-29999
            """)

    @Option(help: ArgumentHelp("The platform's own namespace.", valueName: "name"))
    var namespace = "palana-system"

    @Option(help: ArgumentHelp("The range of the agents' ports on the gateway's pods.", valueName: "first-last"))
    var egressPorts = "20000-29999"

    @Option(help: ArgumentHelp("Whose pods may reach agents' own pages (spec.ingress.port).", valueName: "namespace"))
    var ingressNamespace: String?

    @Option(
        name: .customLong("ca-bundle"),
        help: ArgumentHelp(
            "ConfigMap of the namespace with what agents trust, in ca-certificates.crt.", valueName: "name"))
    var certificates = "palana-ca-bundle"

    @Option(help: ArgumentHelp("Name of this replica (default: the host's name).", valueName: "name"))
    var identity: String?

    @Option(help: ArgumentHelp("How many agents are worked on at a time.", valueName: "count"))
    var workers = 8

    @Option(help: ArgumentHelp("Where the webhooks and /readyz listen.", valueName: "ip"))
    var listen = "0.0.0.0"

    @Option(help: ArgumentHelp("Port of the webhooks.", valueName: "port"))
    var webhookPort = 9_443

    @Option(help: ArgumentHelp("The Service through which the API server finds them.", valueName: "name"))
    var webhookService = "palana-webhooks"

    @Option(
        name: .customLong("webhook-url"),
        help: ArgumentHelp("https://HOST:PORT instead of the Service, outside of a cluster.", valueName: "url"))
    var webhookURL: String?

    @Option(help: ArgumentHelp("Port of /readyz and /healthz.", valueName: "port"))
    var healthPort = 8_081

    @Option(help: ArgumentHelp("How long the webhooks go on answering after SIGTERM.", valueName: "seconds"))
    var drainSeconds = 5

    @Option(help: ArgumentHelp("A context of the kubeconfig files.", valueName: "name"))
    var context: String?

    @Option(
        help: ArgumentHelp(
            "Folder with role and secret id of the vault's AppRole (default: the pod's service account).",
            valueName: "folder"))
    var vaultRoles: String?

    func run() async throws {
        try await OperatorRole(settings: try settings(), environment: ProcessInfo.processInfo.environment).run()
    }

    private func settings() throws -> OperatorSettings {
        guard IPAddress(listen) != nil else { throw ValidationError("--listen \(listen) is no IP address") }
        guard (1...65_535).contains(healthPort) else { throw ValidationError("--health-port must be 1 to 65535") }
        guard (1...65_535).contains(webhookPort) else { throw ValidationError("--webhook-port must be 1 to 65535") }
        guard (0...600).contains(drainSeconds) else { throw ValidationError("--drain-seconds must be 0 to 600") }
        guard (1...64).contains(workers) else { throw ValidationError("--workers must be 1 to 64") }
        let (place, host) = try webhookPlace()
        let name = identity ?? ProcessInfo.processInfo.hostName.lowercased()
        return OperatorSettings(
            configuration: OperatorConfiguration(
                namespace: namespace, egressPorts: try ports(), ingressNamespace: ingressNamespace,
                certificates: certificates, workers: workers),
            // A restart under the same name is another holder of the lease.
            identity: "\(name)-\(UInt32.random(in: 0 ... .max))",
            webhooks: .init(host: listen, port: webhookPort), place: place, webhookHost: host, healthHost: listen,
            healthPort: healthPort, drain: .seconds(drainSeconds), context: context,
            vaultRoles: vaultRoles.map { URL(fileURLWithPath: $0).standardizedFileURL.path })
    }

    private func webhookPlace() throws -> (WebhookConfigurations.Place, host: String) {
        guard let webhookURL else {
            return (
                .service(namespace: namespace, name: webhookService, port: 443), "\(webhookService).\(namespace).svc"
            )
        }
        guard let url = URL(string: webhookURL), url.scheme == "https", let host = url.host, url.path.isEmpty else {
            throw ValidationError("--webhook-url \(webhookURL) must be https://HOST:PORT")
        }
        return (.url(webhookURL), host)
    }

    /// The DNS ports above must fit too.
    private func ports() throws -> ClosedRange<Int> {
        let ends = egressPorts.split(separator: "-", omittingEmptySubsequences: false).compactMap { Int($0) }
        guard ends.count == 2, ends[0] >= 1_024, ends[0] <= ends[1], ends[1] <= 55_535, ends[1] - ends[0] < 10_000
        else {
            throw ValidationError(
                "--egress-ports \(egressPorts) must be FIRST-LAST between 1024 and 55535, at most 10000 ports")
        }
        return ends[0]...ends[1]
    }
}
