import Foundation
import Glibc

/// What a walk through a mount's source found. Symbolic links are not followed: they mean nothing in the sandbox.
struct MountContent {
    private(set) var repositories: [CheckedMount.Repository] = []

    static let mostEntries = 2_000_000
    static let mostRepositories = 64

    /// - Parameter isWritable: Git repositories matter only where the agent may write.
    /// - Throws: ``SandboxError`` when the source is or holds a socket or device, or is too large to be looked through.
    init(of source: String, asked: String, isWritable: Bool) throws(SandboxError) {
        switch Self.kind(of: source) {
        case .typeRegular: return
        case .typeDirectory: break
        default: throw .refused("Mount \(asked): only files and folders can be given, not sockets or devices")
        }
        var left = Self.mostEntries
        var folders = [""]
        while let folder = folders.popLast() {
            for entry in try Self.entries(of: source + "/" + folder, asked: asked) {
                left -= 1
                guard left > 0 else {
                    throw .refused("Mount \(asked): more than \(Self.mostEntries) files, mount a smaller folder")
                }
                let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
                if entry.isSocket {
                    throw .refused("Mount \(asked): it holds the socket \(path), which would lead out of the sandbox")
                }
                if entry.isFolder { folders.append(path) }
                if isWritable && entry.name == ".git" {
                    repositories.append(try Self.repository(at: path, in: source, entry: entry, asked: asked))
                }
            }
        }
        guard repositories.count <= Self.mostRepositories else {
            throw .refused("Mount \(asked): more than \(Self.mostRepositories) Git repositories, mount fewer")
        }
    }

    /// A link in the place of `hooks` or `config` (left by an agent, perhaps) would have the host's file it names
    /// mounted: refused.
    private static func repository(
        at path: String, in source: String, entry: Entry, asked: String
    ) throws(SandboxError) -> CheckedMount.Repository {
        var has: Set<String> = []
        for (name, wanted) in [("hooks", FileAttributeType.typeDirectory), ("config", .typeRegular)]
        where entry.isFolder {
            guard let kind = kind(of: "\(source)/\(path)/\(name)") else { continue }
            guard kind == wanted else {
                throw .refused(
                    "Mount \(asked): \(path)/\(name) is not a plain file or folder, so it can't be kept read-only")
            }
            has.insert(name)
        }
        return CheckedMount.Repository(path: path, isFolder: entry.isFolder, has: has)
    }

    private struct Entry {
        var name: String
        var isFolder: Bool
        var isSocket: Bool
    }

    private static func entries(of folder: String, asked: String) throws(SandboxError) -> [Entry] {
        guard let stream = opendir(folder) else {
            // What we may not read the agent can't reach through us either, unless it is another user's.
            throw .refused("Mount \(asked): can't look into \(folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            entries.append(Self.entry(name, in: folder, type: Int32(entry.pointee.d_type)))
        }
        return entries
    }

    /// - Parameter type: what readdir(3) said; not all file systems tell.
    private static func entry(_ name: String, in folder: String, type: Int32) -> Entry {
        guard type == Int32(DT_UNKNOWN) else {
            return Entry(name: name, isFolder: type == Int32(DT_DIR), isSocket: type == Int32(DT_SOCK))
        }
        let kind = kind(of: "\(folder)/\(name)")
        return Entry(name: name, isFolder: kind == .typeDirectory, isSocket: kind == .typeSocket)
    }

    /// What stands there, a link itself and not what it names; nil when nothing does.
    private static func kind(of path: String) -> FileAttributeType? {
        try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    }
}
