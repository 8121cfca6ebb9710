import Glibc

/// Looks through a writable mount once its agent is gone, and puts aside what would make the user's next `git` run the
/// agent's commands: `config`, `hooks` and `commondir` of repositories that it made or moved, and `.git` files and
/// links of its own. Nothing is removed: each is renamed to `NAME.from-agent`, for the user to look at and rename back.
///
/// What was there at the start was bound read-only and is known by its inode. Folders are entered by descriptors and
/// no link is followed, as another agent may still write to the same mount.
struct GitSweep {
    static let suffix = ".from-agent"
    /// Deeper folders aren't entered: each level holds a descriptor.
    private static let deepest = 128

    private let source: String
    private let kept: Set<FileIdentity>
    private var putAside: [String] = []

    init(_ mount: CheckedMount) {
        source = mount.source
        kept = mount.repositories.reduce(into: []) { $0.formUnion($1.kept) }
    }

    /// - Returns: the paths, relative to the mount's source, that were renamed.
    static func run(_ mounts: [CheckedMount]) -> [String] {
        mounts.filter(\.isWritable).flatMap { mount in
            var sweep = GitSweep(mount)
            sweep.enter(open(mount.source, folderFlags), path: "", depth: 0)
            return sweep.putAside.map { "\(mount.source)/\($0)" }
        }
    }

    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

    /// Takes the descriptor over.
    private mutating func enter(_ folder: Int32, path: String, depth: Int) {
        // A plain file as mount, a folder that went or that we may not read: nothing that git could read either.
        guard folder >= 0, let stream = fdopendir(folder) else { return }
        defer { closedir(stream) }
        let entries = Self.entries(in: stream)
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        if GitFolder.isOne(name: name, holding: Set(entries.map(\.name))) {
            for entry in entries where GitFolder.commandNames.contains(entry.name) {
                check(entry.name, in: folder, path: path)
            }
        }
        for entry in entries {
            var isFolder = entry.isFolder
            if entry.mayBeFolder && depth < Self.deepest {
                let inner = openat(folder, entry.name, Self.folderFlags)
                isFolder = inner >= 0
                enter(inner, path: path + entry.name + "/", depth: depth + 1)
            }
            if entry.name == ".git" && !isFolder { check(entry.name, in: folder, path: path) }
        }
    }

    private mutating func check(_ name: String, in folder: Int32, path: String) {
        guard let status = Self.status(name, in: folder), !kept.contains(status.identity),
            !Self.isEmpty(name, status, in: folder)
        else { return }
        let free = (0..<100).lazy.map { "\(name)\(Self.suffix)\($0 == 0 ? "" : String($0))" }
            .first { Self.status($0, in: folder) == nil }
        if let free, renameat(folder, name, folder, free) == 0 { putAside.append(path + name) }
    }

    /// By way of the folder's descriptor, so that nothing on the path to it matters any more.
    private static func status(_ name: String, in folder: Int32) -> FileStatus? {
        FileStatus("/proc/self/fd/\(folder)/\(name)", followsLink: false)
    }

    /// The mount point that was left in the place of something that wasn't there.
    private static func isEmpty(_ name: String, _ status: FileStatus, in folder: Int32) -> Bool {
        if status.isFile { return status.size == 0 && name != "commondir" }
        guard status.isFolder else { return false }
        let inner = openat(folder, name, folderFlags)
        guard inner >= 0, let stream = fdopendir(inner) else { return false }
        defer { closedir(stream) }
        return entries(in: stream).isEmpty
    }

    private struct Entry {
        let name: String
        let type: Int32

        var isFolder: Bool { type == Int32(DT_DIR) }
        /// Not every file system tells.
        var mayBeFolder: Bool { isFolder || type == Int32(DT_UNKNOWN) }
    }

    private static func entries(in stream: OpaquePointer) -> [Entry] {
        var entries: [Entry] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { entries.append(Entry(name: name, type: Int32(entry.pointee.d_type))) }
        }
        return entries
    }
}
