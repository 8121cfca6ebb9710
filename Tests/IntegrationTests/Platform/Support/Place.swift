import Foundation
import Glibc
import ServiceSupport
import TestSupport

/// Where a test's platform runs, and as whom.
enum Place: Sendable {
    /// As the user of the tests, on the disk of the tests.
    case plain
    /// As a user who is nobody else on this machine and has no right. The same as ``plain`` unless the tests run as root.
    case ordinaryUser
    /// The state folder is a file system of its own, of so many MiB, which only the platform has mounted.
    case smallDisk(Int)

    /// A user id that no distribution gives away.
    static let plainUser: UInt32 = 61_235

    private var isOtherUser: Bool {
        if case .ordinaryUser = self { return geteuid() == 0 }
        return false
    }

    /// Makes the state folder where that can't be left to `palana up`.
    func prepare(_ folder: TemporaryFolder) throws {
        guard isOtherUser else { return }
        chmod(folder.path, 0o755)
        for name in ["u", "u/bin", "s"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
        }
        for name in ["palana", "palana-init", "palana-guard", "envoy", "bao", "opa"] {
            try Data().write(to: URL(fileURLWithPath: folder.path("u/bin/\(name)")))
        }
        chmod(folder.path("s"), 0o700)
        for name in ["u", "s"] { chown(folder.path(name), Self.plainUser, Self.plainUser) }
    }

    /// What `palana` itself is called here.
    func program(_ folder: TemporaryFolder) -> String {
        isOtherUser ? folder.path("u/bin/palana") : PlatformFixture.program
    }

    func environment(_ folder: TemporaryFolder) -> [String: String] {
        guard isOtherUser else { return [:] }
        return ["HOME": folder.path("u"), "PALANA_TOOLS": folder.path("u/bin"), "PATH": "/usr/bin:/bin"]
    }

    /// The words before `palana up`.
    func launcher(_ folder: TemporaryFolder) throws -> [String] {
        switch self {
        case .plain: return []
        case .ordinaryUser: return isOtherUser ? try asOtherUser(folder) : []
        case .smallDisk(let size):
            let back = geteuid() == 0 ? "" : "unshare --user --map-user=\(geteuid()) --map-group=\(getegid())"
            let script =
                "mkdir -p \"$1\" && mount -t tmpfs -o size=\(size)m,mode=0700 none \"$1\" && shift && exec \(back) \"$@\""
            let rights = geteuid() == 0 ? [] : ["--user", "--map-root-user"]
            return Self.ownMounts + rights + ["sh", "-c", script, "sh", folder.path("s")]
        }
    }

    /// The words before any other command.
    func clientLauncher(_ folder: TemporaryFolder) throws -> [String] {
        if case .smallDisk = self { return [] }
        return try launcher(folder)
    }

    /// The state folder as others see it, of a platform that runs as process `id`.
    func visibleState(_ folder: TemporaryFolder, platform id: () throws -> Int32) throws -> String {
        guard case .smallDisk = self else { return folder.path("s") }
        return "/proc/\(try id())/root\(folder.path("s"))"
    }

    private static let ownMounts = ["/usr/bin/unshare", "--mount", "--propagation", "private"]

    /// The programs lie where root alone may come (its home, the checkout): they are shown to the user in a folder.
    private func asOtherUser(_ folder: TemporaryFolder) throws -> [String] {
        let tools = ToolLocator(environment: ProcessInfo.processInfo.environment)
        var pairs = [(PlatformFixture.program, "palana")]
        for name in ["palana-init", "palana-guard"] { pairs.append((PlatformFixture.ownPrograms + "/" + name, name)) }
        for name in ["envoy", "bao", "opa"] {
            guard let path = tools.path(of: name) else {
                throw PlatformFixture.Failed(description: "\(name) was not found; see: palana doctor")
            }
            pairs.append((path, name))
        }
        let mounts = pairs.map { "mount --bind '\($0.0)' '\(folder.path("u/bin/" + $0.1))' && " }.joined()
        let user = ["--reuid=\(Self.plainUser)", "--regid=\(Self.plainUser)", "--clear-groups"].joined(separator: " ")
        return Self.ownMounts + ["sh", "-c", "\(mounts) exec setpriv \(user) \"$@\"", "sh"]
    }
}
