import ControllerRuntime
import Foundation
import KubernetesClient
import Logging
import OPAClient
import Operator
import PalanaCore
import ServiceLifecycle
import ServiceSupport
import UnixSignals
import VaultClient

/// `palana operator`: one replica. All of them answer the API server's questions; the one that leads reconciles.
///
/// ```
/// API server ──watches──▶ ClusterView ──▶ webhooks (every replica)
///                              └──▶ reconcilers (the leader) ──▶ API server, vault
/// ```
struct OperatorRole {
    var settings: OperatorSettings
    var environment: [String: String]

    func run() async throws {
        do {
            ProcessHardening.apply()
            EventLoops.runTasks()
            let logger = Logger(label: "palana")
            let client = try KubernetesClient(.found(in: environment, context: settings.context), logger: logger)
            try await ClusterRequirements.check(client, namespace: settings.configuration.namespace)
            // Connections of its own: no amount of other calls may come before those that keep the lease.
            let leasing = try KubernetesClient(.found(in: environment, context: settings.context), logger: logger)
            try await group(client, leasing, logger).run()
        } catch let failure as CommandFailure {
            throw failure
        } catch let lost as LeadershipLost {
            throw CommandFailure(.unavailable, "\(lost)")
        } catch let failure as KubernetesFailure {
            throw CommandFailure(failure.isTransient ? .unavailable : .failed, failure.message)
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
    }

    private func group(
        _ client: KubernetesClient, _ leasing: KubernetesClient, _ logger: Logger
    ) throws -> ServiceGroup {
        let configuration = settings.configuration
        let view = ClusterView(client, configuration: configuration, logger: logger)
        let events = EventRecorder(
            client, component: "palana.dev/operator", instance: settings.identity, logger: logger)
        let certificates = WebhookCertificates(
            configuration: .init(host: settings.webhookHost),
            store: SecretAuthorityStore(client: client, namespace: configuration.namespace), logger: logger)
        let registration = WebhookReconciler(
            client: client, place: settings.place, certificates: certificates, namespace: configuration.namespace,
            logger: logger)
        let vault = try VaultClient.inCluster(
            as: .operator, folder: settings.vaultRoles, environment: environment, logger: logger)
        let leading = Leading(
            election: LeaderElection(
                leasing,
                LeaderElectionConfiguration(
                    namespace: configuration.namespace, name: "palana-operator", identity: settings.identity),
                logger: logger),
            service: OperatorService(
                client: client, view: view, events: events, secrets: VaultRemoval(client: vault), logger: logger))
        let drain = Drain(time: settings.drain)
        let health = HealthServer(host: settings.healthHost, port: settings.healthPort, logger: logger) {
            (drain.isDraining ? ["this replica is ending"] : []) + Self.missing(view, registration)
        }
        // In the order in which they start; they end in the reverse one: who leads first of all, the webhooks last, once
        // nobody asks them any more.
        let services: [any Service] = [
            view, events, vault, certificates, try webhooks(client, view, certificates, logger), registration, health,
            drain, leading,
        ]
        return ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: OrderlyService(part: $0, logger: logger)) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    }

    private func webhooks(
        _ client: KubernetesClient, _ view: ClusterView, _ certificates: WebhookCertificates, _ logger: Logger
    ) throws -> WebhookServer {
        guard let opa = ToolLocator(environment: environment).path(of: "opa") else {
            throw CommandFailure(.failed, "the program opa is not in PATH; policies are compiled with it at admission")
        }
        let desk = AdmissionDesk(
            directory: view, reviewer: ClusterReviewer(client: client),
            compiler: AdmissionCompiler(checker: PolicyChecker(tool: OPATool(path: opa))),
            platformNamespace: settings.configuration.namespace, pods: settings.configuration.pods, logger: logger)
        return WebhookServer(
            configuration: settings.webhooks, desk: desk, certificates: certificates, logger: logger)
    }

    /// What keeps this replica from answering the API server; one that doesn't lead is as good as one that does.
    private static func missing(_ view: ClusterView, _ registration: WebhookReconciler) -> [String] {
        var missing: [String] = []
        let kinds = view.missing.joined(separator: ", ")
        if !kinds.isEmpty { missing.append("the API server has not told all yet: \(kinds)") }
        if !registration.isRegistered { missing.append("the webhooks are not registered yet") }
        return missing
    }
}

/// Reconciles while this replica leads. When it can't lead any longer the process ends, and another takes over.
private struct Leading: Service {
    let election: LeaderElection
    let service: OperatorService

    func run() async throws {
        try await election.run { try await service.run() }
    }
}
