import Glibc

/// The host's files and folders that are mounted, opened before bubblewrap starts: bubblewrap is told descriptors, not
/// names. An agent that may write above another agent's mount could otherwise put a link to any file of the host in its
/// place after the check.
struct MountSources {
    /// Path → descriptor.
    let opened: [String: Descriptor]

    /// O_PATH, which Glibc's module lacks (open(2); the same on x86-64 and arm64).
    private static let pathOnly: Int32 = 0o10_000_000

    /// - Throws: ``SandboxError`` when a path has become a link, or has gone.
    init(_ mounts: [CheckedMount]) throws(SandboxError) {
        var opened: [String: Descriptor] = [:]
        for path in mounts.flatMap(\.boundPaths) where opened[path] == nil { opened[path] = try Self.open(path) }
        self.opened = opened
    }

    /// Follows no link at any place of the path.
    private static func open(_ path: String) throws(SandboxError) -> Descriptor {
        var current = try step("/", from: nil, of: path)
        for part in path.split(separator: "/") { current = try step(String(part), from: current, of: path) }
        return current
    }

    /// O_PATH with O_NOFOLLOW opens a link itself rather than fail, so it is looked at.
    private static func step(
        _ name: String, from folder: Descriptor?, of path: String
    ) throws(SandboxError) -> Descriptor {
        let number = openat(folder?.number ?? AT_FDCWD, name, Self.pathOnly | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw .refused("Mount \(path): \(String(cString: strerror(errno)))") }
        let descriptor = Descriptor(owning: number)
        guard let status = FileStatus("/proc/self/fd/\(number)"), status.isFile || status.isFolder else {
            throw .refused("Mount \(path): it was changed while it was being mounted")
        }
        return descriptor
    }
}
