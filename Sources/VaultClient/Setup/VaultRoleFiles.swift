public import Foundation
import PalanaCore

/// The folder with what the roles log in with: `<role>.role-id` and `<role>.secret-id`, 0600, for each `VaultRole`. The
/// platform fills it for its own OpenBao; for a company's vault the administrator does (see `VaultSetupGuide`).
public struct VaultRoleFiles: Sendable {
    public let folder: URL

    public init(folder: URL) {
        self.folder = folder
    }

    /// Reads one role's files; each must be there and closed to others.
    public func read(_ role: VaultRole) throws(VaultFailure) -> VaultAppRole {
        VaultAppRole(
            roleID: try content(of: roleIDFile(role)), secretID: Secret(try content(of: secretIDFile(role))))
    }

    /// Writes one role's files, first with another name, then in place.
    package func write(_ appRole: VaultAppRole, for role: VaultRole) throws {
        try PrivateFile.write(Data(appRole.roleID.utf8), to: roleIDFile(role))
        try PrivateFile.write(Data(appRole.secretID.exposed.utf8), to: secretIDFile(role))
    }

    private func roleIDFile(_ role: VaultRole) -> URL { folder.appending(path: "\(role.rawValue).role-id") }
    private func secretIDFile(_ role: VaultRole) -> URL { folder.appending(path: "\(role.rawValue).secret-id") }

    private func content(of file: URL) throws(VaultFailure) -> String {
        guard let mode = PrivateFile.mode(of: file) else {
            throw .configuration("\(file.path) is missing: it holds what the vault's role logs in with.")
        }
        guard mode & 0o077 == 0 else {
            throw .configuration("\(file.path) is open to other users: run chmod 600 on it, and issue a new secret id.")
        }
        guard let data = try? Data(contentsOf: file), data.count <= 4096 else {
            throw .configuration("\(file.path) can't be read, or is longer than 4096 bytes.")
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else { throw .configuration("\(file.path) is empty: put the id in it.") }
        return text
    }
}
