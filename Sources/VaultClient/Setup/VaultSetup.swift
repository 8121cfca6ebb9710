import NIOHTTP1
package import PalanaCore

/// Gives a vault the platform's KV engine, policies and AppRoles. Each step may be repeated. Needs a token that may do
/// all this, and keeps nothing of it.
package struct VaultSetup: Sendable {
    /// How old a role's token gets without renewal, and at all.
    static let tokenLifetime = "15m"
    static let tokenMaximum = "4h"

    private let transport: VaultTransport
    private let token: Secret<String>

    package init(transport: VaultTransport, token: Secret<String>) {
        self.transport = transport
        self.token = token
    }

    /// Takes all steps and issues a new secret id for each role.
    package func run() async throws(VaultFailure) -> [VaultRole: VaultAppRole] {
        try await mount(path: "sys/mounts/\(configuration.mount)", Engine(type: "kv", options: ["version": "2"]))
        try await keepOneVersion()
        try await mount(path: "sys/auth/\(configuration.appRoleMount)", Engine(type: "approle", options: nil))
        var roles: [VaultRole: VaultAppRole] = [:]
        for role in VaultRole.onOneMachine { roles[role] = try await define(role) }
        return roles
    }

    /// Ends the token that this was run with.
    package func revokeToken() async throws(VaultFailure) {
        try await post("auth/token/revoke-self", [String: String]())
    }

    private var configuration: VaultConfiguration { transport.configuration }

    private func mount(path: String, _ engine: Engine) async throws(VaultFailure) {
        do throws(VaultFailure) {
            let found = try await send(VaultRequest(.GET, path)).decode(MountAnswer.self).data
            guard found.serves(engine) else {
                throw .configuration(
                    "The vault has another engine at \(path) (\(found)), where \(engine) is needed: name a free path.")
            }
        } catch .missing, .refused {
            try await post(path, engine)
        }
    }

    /// A rotated value must not stay behind as an older version. Just mounted, the engine says 400 while it gets ready.
    private func keepOneVersion() async throws(VaultFailure) {
        let end = ContinuousClock.now + .seconds(10)
        while true {
            do throws(VaultFailure) {
                return try await post("\(configuration.mount)/config", ["max_versions": 1])
            } catch {
                guard case .refused(_, 400) = error, ContinuousClock.now < end else { throw error }
                guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { throw error }
            }
        }
    }

    private func define(_ role: VaultRole) async throws(VaultFailure) -> VaultAppRole {
        let name = role.rawValue
        try await post("sys/policies/acl/\(name)", ["policy": role.policy(mount: configuration.mount)])
        let path = "auth/\(configuration.appRoleMount)/role/\(name)"
        try await post(path, AppRoleSettings(role))
        let roleID = try await send(VaultRequest(.GET, "\(path)/role-id")).decode(RoleIDAnswer.self)
        let secretID = try await send(VaultRequest(.POST, "\(path)/secret-id", json: [String: String]()))
            .decode(SecretIDAnswer.self)
        return VaultAppRole(roleID: roleID.data.role_id, secretID: Secret(secretID.data.secret_id))
    }

    private func post(_ path: String, _ payload: some Encodable) async throws(VaultFailure) {
        _ = try await send(VaultRequest(.POST, path, json: payload))
    }

    private func send(_ request: VaultRequest) async throws(VaultFailure) -> VaultAnswer {
        try await transport.send(request, token: token)
    }
}

// What goes over the wire, in the vault's spelling.
private struct Engine: Codable, CustomStringConvertible {
    var type: String
    var options: [String: String]?

    func serves(_ wanted: Engine) -> Bool {
        type == wanted.type && (wanted.options ?? [:]).allSatisfy { options?[$0.key] == $0.value }
    }

    var description: String { (options?["version"]).map { "\(type) version \($0)" } ?? type }
}

private struct MountAnswer: Decodable {
    var data: Engine
}

private struct AppRoleSettings: Encodable {
    var token_policies: [String]
    var token_no_default_policy = true
    var token_ttl = VaultSetup.tokenLifetime
    var token_max_ttl = VaultSetup.tokenMaximum
    var token_type = "service"

    init(_ role: VaultRole) {
        token_policies = [role.rawValue]
    }
}

private struct RoleIDAnswer: Decodable {
    struct Fields: Decodable { var role_id: String }
    var data: Fields
}

private struct SecretIDAnswer: Decodable {
    struct Fields: Decodable { var secret_id: String }
    var data: Fields
}
