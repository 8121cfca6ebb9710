import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@testable import Certificates
@testable import Operator

/// A Secret as a cluster keeps it, with its version.
private final class StoreFake: AuthorityStore {
    private let kept = Mutex<StoredAuthorities?>(nil)
    /// How many writers come in between, each with what it finds.
    private let rivals = Mutex(0)

    var members: [StoredAuthorities.Member] { kept.withLock { $0?.members ?? [] } }

    func letWin(_ count: Int) { rivals.withLock { $0 = count } }

    func load() async throws -> StoredAuthorities? { kept.withLock { $0 } }

    func save(_ authorities: StoredAuthorities) async throws -> Bool {
        let isLate = rivals.withLock { rivals in
            defer { rivals = max(0, rivals - 1) }
            return rivals > 0
        }
        return kept.withLock { kept in
            let version = kept?.version
            if !isLate, authorities.version != version { return false }
            kept = StoredAuthorities(members: authorities.members, version: "\((Int(version ?? "0") ?? 0) + 1)")
            return !isLate
        }
    }
}

private final class Clock: Sendable {
    private let now = Mutex(Date(timeIntervalSince1970: 1_800_000_000))

    var date: Date { now.withLock { $0 } }

    func move(days: Double) { now.withLock { $0 += days * 86_400 } }
}

@Suite("The webhooks' certificates")
struct WebhookCertificatesTests {
    private static let host = "palana-webhooks.palana-system.svc"

    private static func certificates(_ store: any AuthorityStore, _ clock: Clock) -> WebhookCertificates {
        WebhookCertificates(
            configuration: .init(host: host), store: store, logger: Logger(label: "test"), clock: { clock.date })
    }

    @Test("all replicas share one authority, whoever makes it, and mint for themselves")
    func shared() async throws {
        let (store, clock) = (StoreFake(), Clock())
        let (first, second) = (Self.certificates(store, clock), Self.certificates(store, clock))
        store.letWin(1)
        try await first.refresh()
        try await second.refresh()
        #expect(store.members.count == 1)
        #expect(first.bundlePEM == second.bundlePEM && !first.bundlePEM.isEmpty)
        #expect(first.serving == second.serving)
        let serving = first.serving
        try await first.refresh()
        #expect(first.serving == serving)
        #expect("\(try #require(try await store.load()))" == "1 authorities, keys redacted")
    }

    @Test("a certificate is renewed long before it ends, and when the clock went back")
    func renewal() async throws {
        let (store, clock) = (StoreFake(), Clock())
        let certificates = Self.certificates(store, clock)
        try await certificates.refresh()
        let first = try #require(certificates.serving)
        clock.move(days: 19)
        try await certificates.refresh()
        #expect(certificates.serving == first)
        clock.move(days: 2)
        try await certificates.refresh()
        let second = try #require(certificates.serving)
        #expect(second.notAfter > first.notAfter && first.notAfter > clock.date)
        clock.move(days: -1)
        try await certificates.refresh()
        #expect(certificates.serving != second)
    }

    @Test("a new authority is trusted before it signs, and the old one until it ends")
    func rotation() async throws {
        let (store, clock) = (StoreFake(), Clock())
        let certificates = Self.certificates(store, clock)
        try await certificates.refresh()
        let old = certificates.bundlePEM
        let signer = certificates.serving?.signer
        clock.move(days: 250)
        try await certificates.refresh()
        #expect(store.members.count == 2)
        #expect(certificates.bundlePEM.hasPrefix(old) && certificates.bundlePEM != old)
        #expect(certificates.serving?.signer == signer)
        clock.move(days: 0.01)
        try await certificates.refresh()
        #expect(certificates.serving?.signer != signer)
        #expect(certificates.bundlePEM.hasPrefix(old))
        clock.move(days: 120)
        try await certificates.refresh()
        #expect(!certificates.bundlePEM.contains(old))
        #expect(store.members.count == 2, "it is left out of the bundle, and of the Secret at the next change")
    }

    @Test("each new bundle is announced once")
    func announcements() async throws {
        let (store, clock) = (StoreFake(), Clock())
        let certificates = Self.certificates(store, clock)
        var bundles = certificates.bundles.makeAsyncIterator()
        try await certificates.refresh()
        try await certificates.refresh()
        #expect(await bundles.next() == certificates.bundlePEM)
        clock.move(days: 250)
        try await certificates.refresh()
        #expect(await bundles.next() == certificates.bundlePEM)
    }

    @Test("a Secret that somebody spoiled is replaced")
    func spoiled() async throws {
        let (store, clock) = (StoreFake(), Clock())
        _ = try await store.save(StoredAuthorities(members: [.init(certificatePEM: "x", keyPEM: "y")]))
        let certificates = Self.certificates(store, clock)
        try await certificates.refresh()
        #expect(certificates.serving != nil && store.members.count == 1)
    }

    @Test("connections are served with the certificate of the moment, without a restart", .timeLimit(.minutes(1)))
    func serving() async throws {
        let store = StoreFake()
        let certificates = WebhookCertificates(
            configuration: .init(host: "127.0.0.1", interval: .milliseconds(20)), store: store,
            logger: Logger(label: "test"))
        let desk = AdmissionDesk(
            directory: WebhookSamples.directory(), reviewer: ReviewerFake(), compiler: CompilerFake(),
            platformNamespace: "palana-system", logger: Logger(label: "test"))
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let server = WebhookServer(
            configuration: .init(host: "127.0.0.1", port: 0), desk: desk, certificates: certificates,
            logger: Logger(label: "test")
        ) { port in
            announce.yield(port)
        }
        try await certificates.refresh()
        let group = ServiceGroup(services: [certificates, server], logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
            let first = certificates.bundlePEM
            #expect(try await Self.status(port, trusting: first) == .ok)
            // The same server under another authority: its certificate changes, the port doesn't.
            _ = try await store.save(StoredAuthorities(members: [], version: try await store.load()?.version))
            try await poll { certificates.bundlePEM != first }
            #expect(try await Self.status(port, trusting: certificates.bundlePEM) == .ok)
            await #expect(throws: (any Error).self) { try await Self.status(port, trusting: first) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static func status(_ port: Int, trusting bundle: String) async throws -> HTTPResponseStatus {
        var configuration = HTTPClient.Configuration()
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(bundle.utf8)))
        configuration.tlsConfiguration = tls
        let client = HTTPClient(configuration: configuration)
        do {
            var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/validate/agents")
            request.method = .POST
            let body = """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u", "operation": "DELETE",
                 "kind": {"group": "palana.dev", "version": "v1alpha1", "kind": "Agent"}, "userInfo": {"username": "a"}}}
                """
            request.body = .bytes(ByteBuffer(string: body))
            let response = try await client.execute(request, timeout: .seconds(2))
            _ = try await response.body.collect(upTo: 1 << 20)
            try await client.shutdown()
            return response.status
        } catch {
            try await client.shutdown()
            throw error
        }
    }
}

/// Waits until `condition` holds.
private func poll(_ condition: @Sendable () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
        try #require(ContinuousClock.now < deadline, "it didn't come true in time")
        try await Task.sleep(for: .milliseconds(5))
    }
}
