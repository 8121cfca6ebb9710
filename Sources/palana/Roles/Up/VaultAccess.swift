import Foundation
import LocalPlatform
import Logging
import PalanaCore
import VaultClient

/// The vault as the platform uses it, its own or an administrator's: three logins with one right each.
struct VaultAccess {
    /// Reads proxy secrets and agent-readable ones, through a short cache.
    let reader: CachedSecretReader
    /// Writes values and removes them; can't read.
    let writer: VaultSecretWriter
    /// Keep the tokens alive.
    let clients: [VaultClient]

    /// - Parameter cache: how long a value may be used after it was read.
    init(
        configuration: VaultConfiguration, cache: Duration, logger: Logger, appRole: (VaultRole) throws -> VaultAppRole
    ) throws {
        func client(_ role: VaultRole) throws -> VaultClient {
            try VaultClient(configuration: configuration, role: try appRole(role), logger: logger)
        }
        let proxy = try client(.gatewayProxy)
        let agents = try client(.gatewayAgents)
        let api = try client(.api)
        let user: @Sendable (String) -> String = { AgentNames.vaultUser(owner: $0) }
        reader = CachedSecretReader(VaultSecretReader(proxy: proxy, agents: agents, user: user), lifetime: cache)
        writer = VaultSecretWriter(client: api, user: user)
        clients = [proxy, agents, api]
    }

    /// Logs all of them in; the first failure names what is wrong.
    func connect() async throws {
        for client in clients { try await client.connect() }
    }
}
