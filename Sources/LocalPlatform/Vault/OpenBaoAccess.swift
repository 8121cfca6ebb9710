import Foundation
public import VaultClient

/// What a part of the platform needs to use its OpenBao.
public struct OpenBaoAccess: Sendable {
    public let configuration: VaultConfiguration
    private let files: VaultRoleFiles

    init(layout: OpenBaoLayout) throws(VaultFailure) {
        configuration = VaultConfiguration(address: VaultAddress(unixSocket: layout.socket.path))
        files = VaultRoleFiles(folder: layout.roles)
        for role in VaultRole.onOneMachine { _ = try files.read(role) }
    }

    /// What `role` logs in with.
    public func appRole(_ role: VaultRole) throws(VaultFailure) -> VaultAppRole {
        try files.read(role)
    }
}
