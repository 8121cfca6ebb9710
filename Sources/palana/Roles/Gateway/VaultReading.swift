import Foundation
import Logging
import PalanaCore
import ServiceLifecycle
import Synchronization
import VaultClient

/// The gateway's way to the vault: its two reading roles. Refuses as unavailable until both are logged in; a vault that is
/// away at the start is waited for.
final class VaultReading: SecretReader, Service {
    private let reader: CachedSecretReader
    private let clients: [VaultClient]
    private let isConnected = Mutex(false)
    private let logger: Logger

    /// - Parameter login: what a role logs in with.
    init(
        configuration: VaultConfiguration, cache: Duration, logger: Logger,
        login: (VaultRole) throws -> VaultLogin
    ) throws {
        let proxy = try VaultClient(
            configuration: configuration, login: try login(.gatewayProxy), logger: logger)
        let agents = try VaultClient(
            configuration: configuration, login: try login(.gatewayAgents), logger: logger)
        reader = CachedSecretReader(
            VaultSecretReader(proxy: proxy, agents: agents) { AgentNames.vaultUser(owner: $0) }, lifetime: cache)
        clients = [proxy, agents]
        self.logger = logger
    }

    /// Whether secrets can be had.
    var isOpen: Bool { isConnected.withLock { $0 } }

    func read(_ reference: SecretReference) async throws(SecretFailure) -> Secret<String> {
        guard isOpen else { throw .unavailable("The gateway has not reached the vault yet; try again in a moment.") }
        return try await reader.read(reference)
    }

    /// Drops what is cached of all secrets of an agent.
    func forget(owner: String, agent: String) { reader.invalidate(owner: owner, agent: agent) }

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.connect() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in clients { group.addTask { try await client.run() } }
            try await group.waitForAll()
        }
    }

    private func connect() async {
        while !Task.isCancelled {
            do {
                for client in clients { try await client.connect() }
                isConnected.withLock { $0 = true }
                return
            } catch {
                logger.warning("vault.away", metadata: ["reason": "\(error)"])
            }
            do { try await Task.sleep(for: .seconds(2)) } catch { return }
        }
    }
}
