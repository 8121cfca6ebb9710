import Foundation
import KubernetesClient
import Logging
import OPAClient
import Operator
import PalanaCore
import ServiceLifecycle
import TestSupport

/// The webhooks of a running operator, which the API server asks.
struct RunningWebhooks: Sendable {
    let certificates: WebhookCertificates
    let reconciler: WebhookReconciler
    /// The reconciler's alone.
    let client: KubernetesClient
}

/// Modules are compiled by the real `opa`.
private struct Compiler: PolicyCompiler {
    let checker: PolicyChecker

    func problem(with policy: EgressPolicy) async throws -> String? {
        do {
            _ = try await checker.check(PolicyRules(policy))
            return nil
        } catch let problem as PolicyProblem {
            return problem.message
        }
    }
}

extension OperatorWorld {
    /// Runs `body` beside an operator and its webhooks; the API server asks them from the first line of `body` on. They end
    /// with it, the configurations stay.
    func admitting(_ body: @escaping @Sendable (RunningOperator, RunningWebhooks) async throws -> Void) async throws {
        try await operating { running in
            try await self.serving(running) { webhooks in try await body(running, webhooks) }
        }
    }

    /// The webhooks alone, beside an operator that runs.
    func serving(
        _ running: RunningOperator, _ body: @escaping @Sendable (RunningWebhooks) async throws -> Void
    ) async throws {
        let silent = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let certificates = WebhookCertificates(
            configuration: .init(host: "127.0.0.1", interval: .milliseconds(200)),
            store: SecretAuthorityStore(client: running.client, namespace: Self.namespace), logger: silent)
        try await certificates.refresh()
        let desk = AdmissionDesk(
            directory: running.view, reviewer: ClusterReviewer(client: running.client),
            compiler: Compiler(checker: PolicyChecker(tool: OPATool(path: try OPAProcess.executable()))),
            platformNamespace: Self.namespace, logger: silent)
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let server = WebhookServer(
            configuration: .init(host: "127.0.0.1", port: 0), desk: desk, certificates: certificates, logger: silent
        ) { port in
            announce.yield(port)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.addTask { try await certificates.run() }
            defer { group.cancelAll() }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { throw ControlPlaneFailure("the webhooks didn't start") }
            let client = try await self.operatorClient()
            let reconciler = WebhookReconciler(
                client: client, place: .url("https://127.0.0.1:\(port)"), certificates: certificates,
                logger: silent)
            try await reconciler.reconcile()
            // The API server learns of configurations by a watch.
            try await until("the API server asks") { try await self.isAsking() }
            try await body(RunningWebhooks(certificates: certificates, reconciler: reconciler, client: client))
        }
    }

    private func isAsking() async throws -> Bool {
        let result = try await plane.kubectl().run(
            "apply", "--dry-run=server", "--validate=false", "-f", "-",
            input: "{apiVersion: palana.dev/v1alpha1, kind: Tenant, metadata: {name: probe}, spec: {owner: \"a b\"}}")
        return result.error.contains("without spaces")
    }

    /// `kubectl` of somebody, in the tenant namespace of `owner`.
    func kubectl(
        as name: String, groups: [String] = [], inHomeOf owner: String = owner
    ) throws -> Kubectl {
        try plane.kubectl(
            as: plane.user(name, groups: groups), namespace: AgentNames.tenantNamespace(owner: owner))
    }

    /// Applies a manifest without the checks of kubectl itself.
    func apply(_ manifest: String, as kubectl: Kubectl) async throws -> Kubectl.Result {
        try await kubectl.run("apply", "--validate=false", "-f", "-", input: manifest)
    }
}

enum WebhookManifests {
    static func agent(_ name: String, _ spec: String = "{image: ghcr.io/example/agent:1}") -> String {
        "{apiVersion: palana.dev/v1alpha1, kind: Agent, metadata: {name: \(name)}, spec: \(spec)}"
    }

    static func pod(_ name: String, in namespace: String, _ spec: String) -> String {
        "{apiVersion: v1, kind: Pod, metadata: {name: \(name), namespace: \(namespace)}, spec: \(spec)}"
    }
}
