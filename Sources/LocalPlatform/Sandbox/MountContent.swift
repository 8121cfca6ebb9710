import CDispatch  // the compiler counts `struct stat` to it
import Foundation
import Glibc

/// What a walk through a mount's source found. Symbolic links are not followed: they mean nothing in the sandbox.
struct MountContent {
    private(set) var repositories: [CheckedMount.Repository] = []

    static let mostEntries = 2_000_000
    static let mostRepositories = 64

    /// - Throws: ``SandboxError`` when the source is or holds a socket or device, or is too large to be looked through.
    init(of source: String, asked: String) throws(SandboxError) {
        var information = stat()
        guard lstat(source, &information) == 0 else {
            throw .refused("Mount \(asked): \(String(cString: strerror(errno)))")
        }
        switch information.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: break
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
                if entry.name == ".git" {
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
        for (name, wanted) in [("hooks", Glibc.S_IFDIR), ("config", S_IFREG)] where entry.isFolder {
            var information = stat()
            guard lstat("\(source)/\(path)/\(name)", &information) == 0 else { continue }
            guard information.st_mode & S_IFMT == wanted else {
                throw .refused("Mount \(asked): \(path)/\(name) is not a plain file or folder, so it can't be kept read-only")
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
            var type = Int32(entry.pointee.d_type)
            if type == Int32(DT_UNKNOWN) { type = kind(of: "\(folder)/\(name)") }
            entries.append(Entry(name: name, isFolder: type == Int32(DT_DIR), isSocket: type == Int32(DT_SOCK)))
        }
        return entries
    }

    /// For file systems that don't tell the kind with the name.
    private static func kind(of path: String) -> Int32 {
        var information = stat()
        guard lstat(path, &information) == 0 else { return Int32(DT_UNKNOWN) }
        return Int32((information.st_mode & S_IFMT) >> 12)
    }
}
