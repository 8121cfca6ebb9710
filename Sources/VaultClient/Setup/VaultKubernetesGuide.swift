/// What an administrator does once to let the platform in a cluster use a vault, as commands for `vault` or `bao`.
public struct VaultKubernetesGuide: Sendable, CustomStringConvertible {
    private let mount: String
    private let authMount: String
    private let namespace: String

    /// - Parameters:
    ///   - mount: of the KV v2 engine.
    ///   - authMount: of the Kubernetes method, below `auth/`.
    ///   - namespace: where the platform runs.
    public init(mount: String = "kv", authMount: String = "kubernetes", namespace: String = "palana-system") {
        self.mount = mount
        self.authMount = authMount
        self.namespace = namespace
    }

    public var description: String {
        """
        # Once, with a token that may manage mounts, policies and auth methods
        # (`bao` takes the same commands as `vault`):
        vault secrets enable -path=\(mount) -version=2 kv
        vault write \(mount)/config max_versions=1
        vault auth enable -path=\(authMount) kubernetes

        # The vault has the Kubernetes API review tokens: its own service account needs the ClusterRole system:auth-delegator.
        # A vault outside of the cluster needs KUBERNETES_HOST (https://…), KUBERNETES_CA (PEM file of the API's authority) and
        # REVIEWER_TOKEN (file with the token of a service account with that ClusterRole).
        vault write auth/\(authMount)/config \\
          kubernetes_host="${KUBERNETES_HOST:-https://kubernetes.default.svc}" \\
          ${KUBERNETES_CA:+kubernetes_ca_cert=@"$KUBERNETES_CA"} \\
          ${REVIEWER_TOKEN:+token_reviewer_jwt=@"$REVIEWER_TOKEN" disable_local_ca_jwt=true}

        \(VaultRole.allCases.map(commands).joined(separator: "\n"))
        # The pods show a token of their service account with audience \(VaultKubernetesRole.audience), which the manifests mount.
        """
    }

    private func commands(for role: VaultRole) -> String {
        let name = role.rawValue
        return """
            vault policy write \(name) - <<'END'
            \(role.policy(mount: mount))END
            vault write auth/\(authMount)/role/\(name) token_policies=\(name) token_no_default_policy=true \\
              bound_service_account_names=\(role.serviceAccount) bound_service_account_namespaces=\(namespace) \\
              audience=\(VaultKubernetesRole.audience) \\
              token_type=service token_ttl=\(VaultSetup.tokenLifetime) token_max_ttl=\(VaultSetup.tokenMaximum)

            """
    }
}

extension VaultRole {
    /// The service account of the part that the role belongs to: the gateway has two.
    public var serviceAccount: String {
        switch self {
        case .api: "palana-api"
        case .gatewayProxy, .gatewayAgents: "palana-gateway"
        case .operator: "palana-operator"
        }
    }
}
