public import Foundation

/// Where OpenBao's files are in the platform's state folder. The folder is 0700; each file with a key is 0600.
public struct OpenBaoLayout: Sendable {
    /// The folder that holds all of it, e.g. `<state>/vault`.
    public let folder: URL

    public init(folder: URL) {
        self.folder = folder
    }

    /// The only way for clients: HTTP on a Unix socket, 0600.
    public var socket: URL { folder.appending(path: "bao.sock") }
    /// What the roles log in with (`VaultRoleFiles`).
    public var roles: URL { folder.appending(path: "roles") }

    var configuration: URL { folder.appending(path: "openbao.json") }
    var sealKey: URL { folder.appending(path: "seal.key") }
    /// Would allow a new root token, with OpenBao restarted for it; worth no more than the seal's key beside it.
    var recoveryKey: URL { folder.appending(path: "recovery.key") }
    var raft: URL { folder.appending(path: "raft") }
    /// There from before OpenBao's first start until its set-up is finished: while it is, the store holds no secret.
    var unfinished: URL { folder.appending(path: "unfinished") }
}
