/// What an administrator does once to let the platform use a vault of the company's, as commands for `vault` or `bao`.
public struct VaultSetupGuide: Sendable, CustomStringConvertible {
    private let mount: String
    private let appRoleMount: String

    public init(mount: String = "kv", appRoleMount: String = "approle") {
        self.mount = mount
        self.appRoleMount = appRoleMount
    }

    public var description: String {
        """
        # Once, with a token that may manage mounts, policies and auth methods
        # (`bao` takes the same commands as `vault`):
        vault secrets enable -path=\(mount) -version=2 kv
        vault write \(mount)/config max_versions=1
        vault auth enable -path=\(appRoleMount) approle

        \(VaultRole.onOneMachine.map(commands).joined(separator: "\n"))
        # Put the six files into vault-roles in the state folder, owned by the platform's user and closed to others (0600).
        """
    }

    private func commands(for role: VaultRole) -> String {
        let name = role.rawValue
        let path = "auth/\(appRoleMount)/role/\(name)"
        return """
            vault policy write \(name) - <<'END'
            \(role.policy(mount: mount))END
            vault write \(path) token_policies=\(name) token_no_default_policy=true \\
              token_type=service token_ttl=\(VaultSetup.tokenLifetime) token_max_ttl=\(VaultSetup.tokenMaximum)
            (umask 077; vault read -field=role_id \(path)/role-id >\(name).role-id
             vault write -f -field=secret_id \(path)/secret-id >\(name).secret-id)

            """
    }
}
