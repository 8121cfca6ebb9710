import NIOHTTP1
public import PalanaCore

/// Reads secret values from the vault, each kind with the role that may: proxy secrets and agents' own secrets have
/// separate
/// policies, so one role's token never opens the other's tree.
public struct VaultSecretReader: SecretReader {
    private let proxy: VaultClient
    private let agents: VaultClient
    private let user: @Sendable (String) -> String

    /// - Parameters:
    ///   - proxy: logged in with the role `palana-gateway-proxy`.
    ///   - agents: logged in with the role `palana-gateway-agents`.
    ///   - user: the vault's `{user}` of a raw owner.
    public init(proxy: VaultClient, agents: VaultClient, user: @escaping @Sendable (String) -> String) {
        self.proxy = proxy
        self.agents = agents
        self.user = user
    }

    public func read(_ reference: SecretReference) async throws(SecretFailure) -> Secret<String> {
        let client = reference.mode == .proxy ? proxy : agents
        do throws(VaultFailure) {
            let path = try VaultSecretPaths(mount: client.configuration.mount, user: user).data(reference)
            let answer = try await client.send(VaultRequest(.GET, path)).decode(StoredSecret.self)
            guard let value = answer.data.data?.value else { throw .missing(path: path) }
            return Secret(value)
        } catch {
            throw SecretFailure(error, of: reference)
        }
    }
}

/// A KV v2 answer to a read (API: `GET /:mount/data/:path`); `data.data` is null for a deleted version.
private struct StoredSecret: Decodable {
    struct Version: Decodable { var data: Fields? }
    struct Fields: Decodable { var value: String? }

    var data: Version
}
