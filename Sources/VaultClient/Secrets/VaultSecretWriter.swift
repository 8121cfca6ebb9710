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
    public func write(_ value: Secret<String>, to reference: SecretReference) async throws(SecretFailure) {
        do throws(VaultFailure) {
            let payload = ["data": ["value": value.exposed]]
            _ = try await client.send(VaultRequest(.POST, paths.data(reference), json: payload))
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
