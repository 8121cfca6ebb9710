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
            let entries = try Self.entries(of: source + "/" + folder, asked: asked)
            for entry in entries {
                left -= 1
                guard left > 0 else {
                    throw .refused("Mount \(asked): more than \(Self.mostEntries) files, mount a smaller folder")
                }
                let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
                if entry.isSocket {
                    throw .refused("Mount \(asked): it holds the socket \(path), which would lead out of the sandbox")
                }
                if entry.isFolder { folders.append(path) }
                if isWritable && entry.name == ".git" && !entry.isFolder {
                    repositories.append(try Self.file(at: path, in: source, asked: asked))
                }
            }
            let name = folder.split(separator: "/").last.map(String.init) ?? ""
            if isWritable && GitFolder.isOne(name: name, holding: Set(entries.map(\.name))) {
                repositories.append(try Self.repository(at: folder, in: source, asked: asked))
            }
        }
        guard repositories.count <= Self.mostRepositories else {
            throw .refused("Mount \(asked): more than \(Self.mostRepositories) Git repositories, mount fewer")
        }
    }

    /// A link in the place of `hooks` or `config` (left by an agent, perhaps) would have the host's file it names
    /// mounted, and a second name of `config` elsewhere would be a way to write it: both refused.
    private static func repository(
        at path: String, in source: String, asked: String
    ) throws(SandboxError) -> CheckedMount.Repository {
        var repository = CheckedMount.Repository(path: path, isFolder: true, has: [])
        for name in GitFolder.commandNames {
            let file = "\(source)/\(path)/\(name)"
            guard let kind = kind(of: file) else { continue }
            guard kind == (name == "hooks" ? .typeDirectory : .typeRegular) else {
                throw .refused(
                    "Mount \(asked): \(path)/\(name) is not a plain file or folder, so it can't be kept read-only")
            }
            guard let status = FileStatus(file, followsLink: false), kind == .typeDirectory || status.names == 1 else {
                throw .refused(
                    "Mount \(asked): \(path)/\(name) has a second name (hard link), so it can't be kept read-only")
            }
            repository.has.insert(name)
            repository.kept.insert(status.identity)
        }
        let config = (try? String(contentsOfFile: "\(source)/\(path)/config", encoding: .utf8)) ?? ""
        repository.lacks = GitFolder.lacks(has: repository.has, config: config)
        return repository
    }

    /// The `.git` of a work tree or submodule whose Git folder is elsewhere.
    private static func file(
        at path: String, in source: String, asked: String
    ) throws(SandboxError) -> CheckedMount.Repository {
        guard kind(of: "\(source)/\(path)") == .typeRegular,
            let status = FileStatus("\(source)/\(path)", followsLink: false)
        else { throw .refused("Mount \(asked): \(path) is a link, so it can't be kept read-only") }
        return CheckedMount.Repository(path: path, isFolder: false, has: [], kept: [status.identity])
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
