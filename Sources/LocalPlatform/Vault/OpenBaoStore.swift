import Foundation
public import VaultClient

/// OpenBao's files before it is started: makes them the first time, checks them every time, and makes an empty store
/// anew
/// when its first set-up was cut off.
public struct OpenBaoStore: Sendable {
    public let layout: OpenBaoLayout

    public init(layout: OpenBaoLayout) {
        self.layout = layout
    }

    /// Makes everything ready for a start. OpenBao must not run.
    /// - Parameter program: absolute path of `bao`.
    /// - Throws: `VaultFailure.configuration` with a sentence that names the file.
    public func prepare(program: String) throws(VaultFailure) -> OpenBaoCommand {
        guard layout.socket.path.utf8.count <= 107 else {
            throw .configuration("\(layout.socket.path) is too long for a Unix socket: use a shorter state folder.")
        }
        do {
            try makeFolder(layout.folder)
            try discardUnfinished()
            try makeFirstFiles()
            let configuration = OpenBaoConfiguration(layout: layout, user: getuid(), group: getgid())
            try PrivateFile.write(configuration.rendered(), to: layout.configuration)
            try? FileManager.default.removeItem(at: layout.socket)
        } catch let failure as VaultFailure {
            throw failure
        } catch {
            throw .configuration(
                "The vault's folder \(layout.folder.path) can't be used: \(error.localizedDescription)")
        }
        try check()
        return OpenBaoCommand(program: program, layout: layout)
    }

    /// The set-up is done and its results are on disk.
    var isFinished: Bool { !exists(layout.unfinished) && exists(layout.raft) }

    /// Call when the roles' files are written: from here on the store may hold secrets and is never discarded.
    func finish() throws {
        try PrivateFile.remove(layout.unfinished)
    }

    /// The mark is made before OpenBao's first start and goes away after the roles' files are there, without which
    /// nobody
    /// can write a secret. So a store with the mark is empty.
    private func discardUnfinished() throws {
        guard exists(layout.unfinished) else { return }
        // All that comes before the mark's removal is done, so nothing is missing but that.
        if (try? OpenBaoAccess(layout: layout)) != nil { return try finish() }
        for item in [layout.raft, layout.roles, layout.recoveryKey, layout.sealKey] where exists(item) {
            try FileManager.default.removeItem(at: item)
        }
    }

    private func makeFirstFiles() throws {
        guard !exists(layout.raft) else { return }
        guard !exists(layout.sealKey) || exists(layout.unfinished) else {
            throw VaultFailure.configuration(
                "\(layout.raft.path) is missing although \(layout.sealKey.path) is there: put the secrets' store back "
                    + "from a backup, or remove \(layout.folder.path) to start without secrets.")
        }
        try PrivateFile.write(Data(), to: layout.unfinished)
        var random = SystemRandomNumberGenerator()
        let key = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        try PrivateFile.write(Data(key), to: layout.sealKey)
        try makeFolder(layout.roles)
        try makeFolder(layout.raft)
    }

    private func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private func check() throws(VaultFailure) {
        guard PrivateFile.mode(of: layout.folder).map({ $0 & 0o077 == 0 }) == true else {
            throw .configuration("\(layout.folder.path) is open to other users: run chmod 700 on it.")
        }
        guard let mode = PrivateFile.mode(of: layout.sealKey), mode & 0o077 == 0 else {
            throw .configuration(
                "\(layout.sealKey.path) is missing or open to other users: put it back with mode 600. Without it the "
                    + "secrets can't be read again.")
        }
    }

    private func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
}
