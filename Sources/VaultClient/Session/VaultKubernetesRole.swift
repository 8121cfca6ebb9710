import Foundation
import PalanaCore

/// How a pod logs in: with its service account's token, which the vault has the Kubernetes API review (API:
/// `POST /auth/kubernetes/login`).
public struct VaultKubernetesRole: Sendable {
    /// The audience of the tokens: good for the vault, for the Kubernetes API not.
    public static let audience = "vault"
    /// Where our pods mount a token with that audience.
    public static let tokenFile = "/var/run/secrets/palana.dev/vault/token"

    /// The role's name at the vault.
    public var role: String
    /// Where the method is mounted, below `auth/`.
    public var mount: String
    /// Path of the token. It is read at each login: the kubelet replaces it before it ends.
    public var tokenFile: String

    public init(
        _ role: VaultRole, mount: String = "kubernetes", tokenFile: String = VaultKubernetesRole.tokenFile
    ) {
        self.role = role.rawValue
        self.mount = mount
        self.tokenFile = tokenFile
    }

    /// The role as `VAULT_KUBERNETES_MOUNT` and `VAULT_KUBERNETES_TOKEN_FILE` describe it; each has its default.
    /// - Parameter environment: the variables of the process, handed in by the composition root.
    public init(_ role: VaultRole, environment: [String: String]) {
        self.init(role)
        if let value = environment["VAULT_KUBERNETES_MOUNT"], !value.isEmpty { mount = value }
        if let value = environment["VAULT_KUBERNETES_TOKEN_FILE"], !value.isEmpty { tokenFile = value }
    }

    /// The token as it is now.
    func token() throws(VaultFailure) -> Secret<String> {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: tokenFile)) else {
            throw .configuration(
                "\(tokenFile) can't be read: mount the service account's token there, with audience \(Self.audience).")
        }
        // Tokens have about 1 kB; a file that is no token must not go to the vault.
        guard data.count <= 65_536, let text = String(data: data, encoding: .utf8) else {
            throw .configuration("\(tokenFile) is no service account's token: it is too long or no text.")
        }
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard token.split(separator: ".", omittingEmptySubsequences: false).count == 3 else {
            throw .configuration("\(tokenFile) is no service account's token: that has three parts with dots between.")
        }
        return Secret(token)
    }
}
