import Foundation
public import Logging
import NIOHTTP1
import PalanaCore
public import VaultClient

/// Brings a started OpenBao to where the platform can use it: waits until it answers, sets it up the first time, waits
/// until it is active. Running it again changes nothing.
public struct OpenBaoInitializer: Sendable {
    private let store: OpenBaoStore
    private let logger: Logger

    public init(layout: OpenBaoLayout, logger: Logger) {
        store = OpenBaoStore(layout: layout)
        self.logger = logger
    }

    /// - Parameter deadline: how long it may take in all; a first set-up takes about 2 s, a restart 0.3 s.
    /// - Returns: how clients reach it, and what each role logs in with.
    public func run(deadline: Duration = .seconds(30)) async throws(VaultFailure) -> OpenBaoAccess {
        let configuration = VaultConfiguration(
            address: VaultAddress(unixSocket: store.layout.socket.path), requestTimeout: .seconds(10))
        let transport = try VaultTransport(configuration)
        let outcome = await run(transport, until: .now + deadline)
        do {
            try await transport.shutdown()
        } catch {
            logger.debug("connections to OpenBao not closed", metadata: ["error": "\(error)"])
        }
        return try outcome.get()
    }

    private func run(
        _ transport: VaultTransport, until end: ContinuousClock.Instant
    ) async -> Result<OpenBaoAccess, VaultFailure> {
        do throws(VaultFailure) {
            let health = OpenBaoHealth(transport: transport)
            try await health.wait(until: end) { _ in true }
            if !store.isFinished { try await setUp(transport, health, until: end) }
            try await health.wait(until: end) { $0.isActive }
            return .success(try OpenBaoAccess(layout: store.layout))
        } catch {
            return .failure(error)
        }
    }

    private func setUp(
        _ transport: VaultTransport, _ health: OpenBaoHealth, until end: ContinuousClock.Instant
    ) async throws(VaultFailure) {
        logger.info("setting up OpenBao", metadata: ["folder": "\(store.layout.folder.path)"])
        let request = try VaultRequest(.PUT, "sys/init", json: ["recovery_shares": 1, "recovery_threshold": 1])
        let keys = try await transport.send(request).decode(FirstKeys.self)
        guard let recoveryKey = keys.recovery_keys.first else {
            throw .nonsense(path: request.path, why: "no recovery key")
        }
        try await health.wait(until: end) { $0.isActive }
        let setup = VaultSetup(transport: transport, token: Secret(keys.root_token))
        let roles = try await setup.run()
        try await setup.revokeToken()
        try keep(roles, recoveryKey: recoveryKey)
    }

    private func keep(_ roles: [VaultRole: VaultAppRole], recoveryKey: String) throws(VaultFailure) {
        do {
            try PrivateFile.write(Data(recoveryKey.utf8), to: store.layout.recoveryKey)
            let files = VaultRoleFiles(folder: store.layout.roles)
            for (role, appRole) in roles { try files.write(appRole, for: role) }
            try store.finish()
        } catch {
            throw .configuration(
                "What OpenBao's roles log in with can't be kept in \(store.layout.folder.path): "
                    + error.localizedDescription)
        }
    }
}

/// The answer to `PUT sys/init` with an auto-unseal seal.
private struct FirstKeys: Decodable {
    var recovery_keys: [String]
    var root_token: String
}
