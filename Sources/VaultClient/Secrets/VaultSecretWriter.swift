import NIOHTTP1
public import PalanaCore

/// Writes and removes secret values with the role `palana-api`, which can't read them.
public struct VaultSecretWriter: SecretWriter {
    private let client: VaultClient
    private let paths: VaultSecretPaths

    /// - Parameter user: the vault's `{user}` of a raw owner.
    public init(client: VaultClient, user: @escaping @Sendable (String) -> String) {
        self.client = client
        paths = VaultSecretPaths(mount: client.configuration.mount, user: user)
    }

    /// Puts `value` in the place of what was there.
    @discardableResult
    public func write(_ value: Secret<String>, to reference: SecretReference) async throws(SecretFailure) -> Bool {
        do throws(VaultFailure) {
            let payload = ["data": ["value": value.exposed]]
            let answer = try await client.send(VaultRequest(.POST, paths.data(reference), json: payload))
            return try answer.decode(WrittenSecret.self).data.version == 1
        } catch {
            throw SecretFailure(error, of: reference)
        }
    }

    /// Removes all versions. Removing what isn't there is no error: the vault doesn't tell this role.
    public func remove(_ reference: SecretReference) async throws(SecretFailure) {
        do throws(VaultFailure) {
            _ = try await client.send(VaultRequest(.DELETE, paths.metadata(reference)))
        } catch {
            throw SecretFailure(error, of: reference)
        }
    }
}

/// A KV v2 answer to a write (API: `POST /:mount/data/:path`). Versions count from 1, and anew once all were removed.
private struct WrittenSecret: Decodable {
    struct Version: Decodable { var version: Int }

    var data: Version
}
