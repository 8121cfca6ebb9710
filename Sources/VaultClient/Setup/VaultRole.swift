/// The platform's roles at the vault, each with just what its part needs. The raw value names role and policy alike.
public enum VaultRole: String, Sendable, CaseIterable {
    /// Writes and removes secrets; reads and lists nothing.
    case api = "palana-api"
    /// Reads the values that the gateway puts into requests.
    case gatewayProxy = "palana-gateway-proxy"
    /// Reads the values that an agent itself may have.
    case gatewayAgents = "palana-gateway-agents"
    /// Removes the secrets of an agent that was deleted; reads, writes and lists nothing.
    case `operator` = "palana-operator"

    /// Those of a single machine, where what deletes agents writes their secrets too.
    public static let onOneMachine: [VaultRole] = [.api, .gatewayProxy, .gatewayAgents]

    /// The role's policy in the vault's policy language. Nobody may list: an unknown name stays unknown.
    public func policy(mount: String) -> String {
        rules(mount: mount).map { path, capabilities in
            let list = capabilities.map { "\"\($0)\"" }.joined(separator: ", ")
            return "path \"\(path)\" {\n  capabilities = [\(list)]\n}\n"
        }.joined()
    }

    private func rules(mount: String) -> [(String, [String])] {
        let ownToken =
            [("auth/token/lookup-self", ["read"])]
            + ["renew-self", "revoke-self"].map { ("auth/token/\($0)", ["update"]) }
        return ownToken + secretRules(mount: mount)
    }

    private func secretRules(mount: String) -> [(String, [String])] {
        switch self {
        case .api:
            ["proxy-secrets", "agents"].flatMap { tree in
                [
                    ("\(mount)/data/\(tree)/*", ["create", "update"]),
                    ("\(mount)/metadata/\(tree)/*", ["delete"]),
                ]
            }
        case .gatewayProxy: [("\(mount)/data/proxy-secrets/*", ["read"])]
        case .gatewayAgents: [("\(mount)/data/agents/*", ["read"])]
        case .operator: ["proxy-secrets", "agents"].map { ("\(mount)/metadata/\($0)/+/+/+", ["delete"]) }
        }
    }
}
