import Foundation
import Glibc
import ServiceSupport

/// Makes `/data` ready before a sandbox starts and puts it away afterwards.
///
/// Root mode with a size: an ext4 file system in a sparse file, mounted by a loop device, so that the kernel says "no
/// space left" and nothing can be written beyond. Otherwise a plain folder, which ``WorkspaceWatch`` measures.
struct Workspace: Sendable {
    let configuration: WorkspaceConfiguration
    let mode: SandboxMode
    let user: UInt32
    let tools: SandboxTools

    /// Whether the kernel enforces the size.
    var hasOwnFileSystem: Bool { FileManager.default.fileExists(atPath: configuration.image) }

    func open() async throws(SandboxError) {
        try makeFolder(configuration.folder)
        try makeFolder(configuration.dataFolder)
        if mode == .root, let size = configuration.size, Self.loopDevicesExist {
            try await prepareImage(size)
            if !isMounted { try await mount() }
        }
        if mode == .root { try giveToUser() }
    }

    /// Unmounts the file system, if there is one; safe to call twice.
    func close() async {
        guard mode == .root, isMounted else { return }
        if (try? await run("umount", [configuration.dataFolder])) == nil {
            // Something on the host still looks into it: it goes when that does.
            umount2(configuration.dataFolder, Int32(MNT_DETACH))
        }
    }

    static var loopDevicesExist: Bool { FileManager.default.fileExists(atPath: "/dev/loop-control") }

    private var isMounted: Bool {
        guard let own = FileStatus(configuration.dataFolder), let parent = FileStatus(configuration.folder) else {
            return false
        }
        return own.device != parent.device
    }

    private func prepareImage(_ size: UInt64) async throws(SandboxError) {
        guard let image = FileStatus(configuration.image) else { return try await makeImage(size) }
        if image.size < size {
            if isMounted { await close() }
            try setSize(of: configuration.image, size)
            try await run("e2fsck", ["-fp", configuration.image], allowed: [0, 1])
            try await run("resize2fs", [configuration.image])
        } else if image.size > size {
            throw .refused(
                "workspace.size can't shrink from \(image.size) to \(size) bytes: the agent's files may not fit")
        }
    }

    /// Built under another name first: a half-made image is never taken for a whole one.
    private func makeImage(_ size: UInt64) async throws(SandboxError) {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: configuration.dataFolder)) ?? []
        guard entries.isEmpty else {
            throw .refused(
                "workspace.size can't be set: \(configuration.dataFolder) already holds files without a limit")
        }
        guard size >= 4 << 20 else { throw .refused("workspace.size must be at least 4Mi") }
        let unfinished = configuration.image + ".new"
        try setSize(of: unfinished, size)
        // A new sparse file reads as zeros: nothing in it needs to be written as such or given back (64 MiB of journal).
        let options = "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=\(user):\(user)"
        try await run("mkfs.ext4", ["-q", "-F", "-m", "0", "-E", options, unfinished])
        guard rename(unfinished, configuration.image) == 0 else {
            throw .failed("Can't rename \(unfinished): \(String(cString: strerror(errno)))")
        }
    }

    private func mount() async throws(SandboxError) {
        try await run("mount", ["-o", "loop,nosuid,nodev,discard", configuration.image, configuration.dataFolder])
    }

    private func setSize(of path: String, _ size: UInt64) throws(SandboxError) {
        let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        defer { if file >= 0 { Glibc.close(file) } }
        guard file >= 0, ftruncate(file, off_t(size)) == 0 else {
            throw .failed("Can't make \(path): \(String(cString: strerror(errno)))")
        }
    }

    private func makeFolder(_ path: String) throws(SandboxError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw .failed("Can't make the folder \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// The top always; everything below only when the top belonged to another user (the record of users was lost).
    private func giveToUser() throws(SandboxError) {
        guard let status = FileStatus(configuration.dataFolder, followsLink: false) else {
            throw .failed("Can't read \(configuration.dataFolder): \(String(cString: strerror(errno)))")
        }
        if status.owner == user { return }
        if let walker = FileManager.default.enumerator(atPath: configuration.dataFolder) {
            for case let path as String in walker { lchown("\(configuration.dataFolder)/\(path)", user, user) }
        }
        guard lchown(configuration.dataFolder, user, user) == 0 else {
            throw .failed("Can't give \(configuration.dataFolder) to user \(user): \(String(cString: strerror(errno)))")
        }
    }

    @discardableResult
    private func run(
        _ program: String, _ arguments: [String], allowed: Set<Int32> = [0]
    ) async throws(SandboxError) -> ExitStatus {
        guard let path = ToolLocator(folders: tools.folders).path(of: program) else {
            throw .failed("\(program) is missing: install util-linux and e2fsprogs")
        }
        let logPath = "\(configuration.folder)/tools.log"
        let status: ExitStatus
        do {
            let log = try CappedLog(path: logPath, limit: 64 << 10)
            let child = try ChildProcess.start(
                ChildProcessConfiguration(
                    guardPath: tools.guardProgram, executable: path, arguments: arguments,
                    environment: ["PATH": tools.folders.joined(separator: ":"), "LC_ALL": "C"], output: .log(log)))
            status = await child.waitIgnoringCancellation()
        } catch {
            throw .failed("\(program) for the workspace: \(error)")
        }
        guard allowed.contains(status.code) else {
            throw .failed("\(program) for the workspace ended with \(status), see \(logPath)")
        }
        return status
    }
}
