import Foundation
import PalanaCore
import Synchronization

/// Keeps the credential in force: reads files again as they rotate, asks the plugin again before its answer expires.
final class CredentialStore: Sendable {
    /// Files are read again after so long, far within the fifth of its life that a rotated token still has.
    static let rereadAfter = Duration.seconds(60)
    /// A plugin's answer is replaced so long before it expires.
    static let margin: TimeInterval = 15

    /// Of what must be read anew: before every time, by more than files are left alone.
    private static let never = Duration.seconds(-3600)

    private struct Held {
        var credential: Credential
        var material: CredentialMaterial
        var readAt: Duration
        var expiry: Date?
    }

    private let configuration: KubernetesConfiguration
    private let clock: KubernetesClock
    private let held = Mutex<Held?>(nil)
    private let gate = SerialGate()

    init(_ configuration: KubernetesConfiguration, clock: KubernetesClock) {
        self.configuration = configuration
        self.clock = clock
    }

    /// The credential for the next request. One reading or run of the plugin at a time.
    func current() async throws(KubernetesFailure) -> Credential {
        if let credential = fresh() { return credential }
        let result: Result<Credential, KubernetesFailure> = await gate.alone {
            if let credential = self.fresh() { return .success(credential) }
            do throws(KubernetesFailure) {
                return .success(try await self.renewed())
            } catch {
                return self.rescued(from: error)
            }
        }
        return try result.get()
    }

    /// After a 401: the next request reads or asks anew. Whether that can give anything else at all.
    func drop(_ credential: Credential) -> Bool {
        held.withLock { held in
            if held?.credential.generation == credential.generation { held?.readAt = Self.never }
        }
        let credentials = configuration.credentials
        if credentials.plugin != nil { return true }
        if case .file = credentials.token { return true }
        if case .file = credentials.certificate?.certificate { return true }
        return false
    }

    private func fresh() -> Credential? {
        held.withLock { held in
            guard let held, clock.now() - held.readAt < Self.rereadAfter else { return nil }
            if let expiry = held.expiry, expiry.timeIntervalSince(clock.date()) < Self.margin { return nil }
            return held.credential
        }
    }

    private func renewed() async throws(KubernetesFailure) -> Credential {
        var material = CredentialMaterial()
        material.authority = try configuration.certificateAuthority?.bytes("certificate authority")
        var expiry: Date?
        let credentials = configuration.credentials
        var certificate = credentials.certificate
        material.token = try credentials.token?.token()
        if let plugin = credentials.plugin {
            if let kept = keptFromPlugin(authority: material.authority) { return kept }
            let given = try await plugin.credential()
            material.token = given.token?.exposed
            certificate = given.certificate
            expiry = given.expiry
        }
        material.certificate = try certificate?.certificate.bytes("client certificate")
        material.key = try certificate?.key.bytes("client key")
        return try keep(material, expiry: expiry)
    }

    /// A plugin's answer holds until it expires, however often files are looked at; after `drop` it doesn't.
    private func keptFromPlugin(authority: [UInt8]?) -> Credential? {
        held.withLock { held in
            guard let now = held, now.readAt >= .zero, now.material.authority == authority else { return nil }
            if let expiry = now.expiry, expiry.timeIntervalSince(clock.date()) < Self.margin { return nil }
            held?.readAt = clock.now()
            return now.credential
        }
    }

    private func keep(_ material: CredentialMaterial, expiry: Date?) throws(KubernetesFailure) -> Credential {
        let before = held.withLock { $0 }
        var credential: Credential
        if let before, before.material == material {
            credential = before.credential
        } else {
            credential = Credential(token: material.token.map { Secret($0) }, tls: try material.tls(), generation: 0)
        }
        credential.generation = (before?.credential.generation ?? 0) + 1
        held.withLock { held in
            held = Held(credential: credential, material: material, readAt: clock.now(), expiry: expiry)
        }
        return credential
    }

    /// While a file is being replaced, what was read before still holds; the API server says so if it doesn't.
    private func rescued(from failure: KubernetesFailure) -> Result<Credential, KubernetesFailure> {
        guard configuration.credentials.plugin == nil, let kept = held.withLock({ $0?.credential }) else {
            return .failure(failure)
        }
        return .success(kept)
    }
}
