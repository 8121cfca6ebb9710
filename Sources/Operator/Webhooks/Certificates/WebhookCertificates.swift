internal import Certificates
public import Foundation
public import Logging
internal import NIOSSL
public import ServiceLifecycle
internal import Synchronization

/// Mints the webhooks' serving certificates and keeps them fresh, in every replica for itself, from authorities that all
/// replicas share.
///
/// ```
/// AuthorityStore ⇄ authorities ──▶ leaf in memory ──▶ WebhookServer, from its next connection on
///                       └──▶ bundles ──▶ webhook configurations
/// ```
public final class WebhookCertificates: Service {
    public struct Configuration: Sendable, Hashable {
        /// The name or address that API servers call, as `palana-webhooks.palana-system.svc`.
        public var host: String
        /// Seconds that a serving certificate is valid; it is renewed when a third of that is left.
        public var validity: TimeInterval
        /// Seconds that an authority is valid.
        public var authorityValidity: TimeInterval
        /// Seconds that a new authority is only trusted before it signs.
        public var settling: TimeInterval
        /// How often all of that is looked at, by the wall clock, which may have jumped.
        public var interval: Duration

        public init(
            host: String, validity: TimeInterval = 30 * 86_400, authorityValidity: TimeInterval = 365 * 86_400,
            settling: TimeInterval = 600, interval: Duration = .seconds(30)
        ) {
            self.host = host
            self.validity = validity
            self.authorityValidity = authorityValidity
            self.settling = settling
            self.interval = interval
        }
    }

    private struct State {
        var context: NIOSSLContext?
        var serving: Serving?
        var bundle = ""
    }

    /// What is served, and how long it may be.
    struct Serving: Sendable, Equatable {
        var signer: String
        var notBefore: Date
        var notAfter: Date

        /// Whether another one must be minted: another signer, a third of its life left, or a clock that went back.
        func isStale(at now: Date, signer: String, validity: TimeInterval) -> Bool {
            self.signer != signer || now < notBefore || notAfter.timeIntervalSince(now) < validity / 3
        }
    }

    private let configuration: Configuration
    private let store: any AuthorityStore
    private let logger: Logger
    private let clock: @Sendable () -> Date
    private let state = Mutex(State())
    private let changes: AsyncStream<String>
    private let announce: AsyncStream<String>.Continuation

    /// - Parameter clock: the time of day, by which certificates live.
    public init(
        configuration: Configuration, store: any AuthorityStore, logger: Logger,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        self.clock = clock
        // Only the newest bundle is of any use.
        (changes, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Each bundle of PEM that API servers are to trust, the current one first. For one reader.
    public var bundles: AsyncStream<String> { changes }

    /// The bundle in force; empty before the first one is there.
    public var bundlePEM: String { state.withLock(\.bundle) }

    /// What connections are made with.
    var context: NIOSSLContext? { state.withLock(\.context) }

    /// What is served now.
    var serving: Serving? { state.withLock(\.serving) }

    /// Looks after the certificates until shutdown.
    public func run() async throws {
        defer { announce.finish() }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.refresh()
                } catch is CancellationError {
                    return
                } catch {
                    // What is served stays; it has a third of its life left when this begins to fail.
                    self.logger.error("webhook certificate not renewed", metadata: ["reason": "\(error)"])
                }
                try? await Task.sleep(for: self.configuration.interval)
            }
        }
    }

    /// Brings everything to what it must be now. Twice in a row does nothing the second time.
    public func refresh() async throws {
        let authorities = try await authorities()
        let now = clock()
        guard let signer = authorities.signer(at: now) else { return }
        let fingerprint = try signer.fingerprint
        let isStale =
            serving?.isStale(at: now, signer: fingerprint, validity: configuration.validity) ?? true
        if isStale { try mint(signer, fingerprint, at: now) }
        let bundle = authorities.bundlePEM
        let isNew = state.withLock { state in
            defer { state.bundle = bundle }
            return state.bundle != bundle
        }
        if isNew { announce.yield(bundle) }
    }

    /// The shared authorities, renewed by whoever sees first that they must be.
    private func authorities() async throws -> WebhookAuthorities {
        let terms = WebhookAuthorities.Terms(
            validity: configuration.authorityValidity, settling: configuration.settling)
        for _ in 0..<5 {
            let stored = try await store.load()
            let now = clock()
            var authorities = WebhookAuthorities(stored, terms: terms, at: now)
            guard try authorities.renew(at: now) else { return authorities }
            if try await store.save(authorities.stored(version: stored?.version)) { return authorities }
        }
        throw WebhookCertificateError(description: "other replicas keep replacing the webhooks' authorities")
    }

    private func mint(_ signer: CertificateAuthority, _ fingerprint: String, at now: Date) throws {
        guard let name = LeafName(configuration.host) else {
            throw WebhookCertificateError(
                description:
                    "\(configuration.host) is neither a host's name nor an address, so it can have no certificate")
        }
        let leaf = try LeafIssuer(authority: signer, validity: configuration.validity).mint(name, at: now)
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(leaf.chainPEM.utf8))
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(leaf.keyPEM.utf8), format: .pem)))
        tls.minimumTLSVersion = .tlsv12
        tls.applicationProtocols = ["http/1.1"]
        let context = try NIOSSLContext(configuration: tls)
        state.withLock { state in
            state.context = context
            state.serving = Serving(
                signer: fingerprint, notBefore: now.addingTimeInterval(-60), notAfter: leaf.notAfter)
        }
        logger.info("webhook certificate minted", metadata: ["host": "\(name)", "until": "\(leaf.notAfter)"])
    }
}

/// Why the webhooks have no certificate.
struct WebhookCertificateError: Error, Sendable, CustomStringConvertible {
    let description: String
}
