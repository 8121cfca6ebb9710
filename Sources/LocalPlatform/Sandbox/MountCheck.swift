import Foundation
public import PalanaCore

/// Decides which files of the host an agent may be given at all.
public struct MountCheck: Sendable {
    /// The platform's own state folder.
    public var stateFolder: String
    /// The home folders that are never given whole.
    public var homeFolders: [String]

    /// Folders that hold the host's configuration, devices and sockets.
    static let systemFolders = [
        "/boot", "/dev", "/etc", "/proc", "/run", "/sys", "/var/run", "/var/lib/docker", "/var/lib/containerd",
        "/var/lib/kubelet", "/var/spool",
    ]
    /// Folders of a home in which programs keep credentials.
    static let credentialFolders = [
        ".aws", ".azure", ".cache/palana", ".config/gcloud", ".config/gh", ".docker", ".gnupg", ".kube",
        ".local/share/keyrings",
        ".local/share/palana", ".password-store", ".ssh",
    ]
    /// As many as palana-init looks at, beside those of the platform's own.
    static let mostMounts = 60
    /// Where the sandbox has something of its own.
    static let reserved = [
        "/bin", "/data", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/run", "/sbin", "/sys",
        "/tmp",
        "/usr",
    ]

    public init(stateFolder: String, homeFolders: [String]) {
        self.stateFolder = stateFolder
        self.homeFolders = homeFolders
    }

    /// Resolves and checks all mounts of an agent.
    /// - Throws: ``SandboxError`` that names the mount and why it is refused.
    public func check(_ mounts: [AgentMount]) throws(SandboxError) -> [CheckedMount] {
        guard mounts.count <= Self.mostMounts else {
            throw .refused("\(mounts.count) mounts: at most \(Self.mostMounts) for one agent")
        }
        var passed: [CheckedMount] = []
        for mount in mounts {
            let checked = try check(mount)
            if let other = passed.first(where: { Self.overlap($0.destination, checked.destination) }) {
                throw .refused(
                    "Mounts at \(other.destination) and \(checked.destination) overlap: choose other folders")
            }
            passed.append(checked)
        }
        return passed
    }

    /// Resolves and checks the folder of an image, which becomes the agent's whole file system.
    /// - Throws: ``SandboxError`` that names the folder and why it is refused.
    public func check(image folder: String) throws(SandboxError) -> String {
        guard let source = Self.resolve(folder) else { throw .refused("Image \(folder): there is no such folder") }
        try checkPlace(source, asked: folder)
        _ = try MountContent(of: source, asked: folder, isWritable: false)
        return source
    }

    private func check(_ mount: AgentMount) throws(SandboxError) -> CheckedMount {
        let destination = try Self.destination(mount.destination)
        guard let source = Self.resolve(mount.source) else {
            throw .refused("Mount \(mount.source): there is no such file or folder")
        }
        try checkPlace(source, asked: mount.source)
        let content = try MountContent(of: source, asked: mount.source, isWritable: mount.isWritable)
        if mount.isWritable && source.split(separator: "/").contains(".git") {
            throw .refused("Mount \(mount.source): a Git folder can't be writable, mount its work tree instead")
        }
        return CheckedMount(
            source: source, destination: destination, isWritable: mount.isWritable,
            repositories: content.repositories)
    }

    /// Refuses places by their path.
    private func checkPlace(_ source: String, asked: String) throws(SandboxError) {
        if source == "/" { throw .refused("\(asked): the whole file system can't be given to an agent") }
        let state = Self.resolve(stateFolder) ?? stateFolder
        if Self.overlap(source, state) {
            throw .refused("Mount \(asked): it holds or is part of the platform's state folder \(stateFolder)")
        }
        for home in homeFolders.map({ Self.resolve($0) ?? $0 }) {
            if Self.contains(source, home) {
                throw .refused("Mount \(asked): a home folder can't be given whole, mount the project's folder in it")
            }
            for folder in Self.credentialFolders.map({ "\(home)/\($0)" }) where Self.overlap(source, folder) {
                throw .refused("Mount \(asked): programs keep credentials in \(folder)")
            }
        }
        for folder in Self.systemFolders where Self.overlap(source, folder) {
            throw .refused("Mount \(asked): \(folder) belongs to the host and can't be given to an agent")
        }
    }

    /// The destination in its plain form.
    private static func destination(_ path: String) throws(SandboxError) -> String {
        let parts = path.split(separator: "/")
        let plain = "/" + parts.joined(separator: "/")
        if parts.contains("..") || parts.contains(".") || path.utf8.contains(0) {
            throw .refused("Mount at \(path): write the destination without \".\" and \"..\"")
        }
        if parts.isEmpty || reserved.contains(where: { contains($0, plain) }) {
            throw .refused("Mount at \(path): the sandbox has its own there, choose another folder such as /workspace")
        }
        return plain
    }

    /// Whether `outer` is `inner` or a folder above it.
    static func contains(_ outer: String, _ inner: String) -> Bool {
        outer == inner || outer == "/" || inner.hasPrefix(outer + "/")
    }

    static func overlap(_ one: String, _ other: String) -> Bool {
        contains(one, other) || contains(other, one)
    }

    /// The absolute path with symbolic links resolved, or nil when nothing is there.
    static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
