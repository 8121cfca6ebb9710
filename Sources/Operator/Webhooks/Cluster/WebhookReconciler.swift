public import KubernetesClient
public import Logging
internal import PalanaCore
public import ServiceLifecycle
internal import Synchronization

/// Keeps both webhook configurations what they must be: after each new bundle, and again and again, should somebody have
/// changed them. Every replica does it, for all of them know the same bundle.
public final class WebhookReconciler: Service {
    private let client: KubernetesClient
    private let place: WebhookConfigurations.Place
    private let certificates: WebhookCertificates
    private let namespace: String?
    private let interval: Duration
    private let logger: Logger
    private let registered = Mutex(false)
    private let owner = Mutex<OwnerReference?>(nil)

    /// - Parameters:
    ///   - namespace: the platform's own. The configurations go away with it: nobody would answer any more.
    ///   - interval: how often the configurations are looked at without a new bundle.
    public init(
        client: KubernetesClient, place: WebhookConfigurations.Place, certificates: WebhookCertificates,
        namespace: String? = nil, interval: Duration = .seconds(30), logger: Logger
    ) {
        self.client = client
        self.place = place
        self.certificates = certificates
        self.namespace = namespace
        self.interval = interval
        self.logger = logger
    }

    /// Whether the API server has been told where the webhooks are.
    public var isRegistered: Bool { registered.withLock(\.self) }

    /// Looks after them until shutdown.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in self.certificates.bundles { _ = await self.attempt() }
                }
                group.addTask {
                    while !Task.isCancelled {
                        let isDone = await self.attempt()
                        try? await Task.sleep(for: isDone ? self.interval : .seconds(1))
                    }
                }
            }
        }
    }

    private func attempt() async -> Bool {
        do {
            try await reconcile()
            return isRegistered
        } catch {
            logger.error("webhook configurations not written", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// Writes what isn't as it must be. Twice in a row writes nothing the second time.
    public func reconcile() async throws(KubernetesFailure) {
        let bundle = certificates.bundlePEM
        // Without a bundle the API server could check no answer: everything would be refused.
        guard !bundle.isEmpty else { return }
        let wanted = WebhookConfigurations(place: place, bundlePEM: bundle, owner: try await ownerReference())
        try await apply(wanted.mutating)
        try await apply(wanted.validating)
        registered.withLock { $0 = true }
    }

    /// Asked for once: a namespace that is made anew has pods of its own.
    private func ownerReference() async throws(KubernetesFailure) -> OwnerReference? {
        if let known = owner.withLock(\.self) { return known }
        guard let namespace else { return nil }
        let found = try await client.get(Namespace.self, namespace).ownerReference(controls: false)
        owner.withLock { $0 = found }
        return found
    }

    private func apply<Configuration: KubernetesObject>(_ wanted: Configuration) async throws(KubernetesFailure) {
        if let there = try await client.find(Configuration.self, wanted.metadata.name), wanted.isCovered(by: there) {
            return
        }
        try await client.apply(wanted, fieldManager: OperatorConfiguration.fieldManager)
        logger.info("webhook configuration written", metadata: ["kind": "\(Configuration.type.kind)"])
    }
}
