import Foundation
import Glibc
import PalanaCore
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("The check of mounts")
struct MountCheckTests {
    @Test(
        "reads SOURCE:DESTINATION[:rw]",
        arguments: [
            ("/a:/b", AgentMount(source: "/a", destination: "/b")),
            ("/a:/b:ro", AgentMount(source: "/a", destination: "/b")),
            ("/a b:/c:rw", AgentMount(source: "/a b", destination: "/c", isWritable: true)),
        ])
    func parses(text: String, mount: AgentMount) throws {
        #expect(try AgentMount(parsing: text) == mount)
    }

    @Test(
        "refuses what isn't of that form",
        arguments: ["", "/a", "a:/b", "/a:b", "/a:/b:rwx", "/a:/b:rw:x", ":/b", "/a:"])
    func malformed(text: String) {
        #expect(throws: RuntimeFailure.self) { try AgentMount(parsing: text) }
    }

    private func refusal(_ mount: AgentMount, state: String = "/nowhere", homes: [String] = []) -> String? {
        do {
            _ = try MountCheck(stateFolder: state, homeFolders: homes).check([mount])
            return nil
        } catch {
            return error.description
        }
    }

    @Test(
        "refuses the host's own places",
        arguments: [
            "/", "//", "/etc", "/etc/passwd", "/proc", "/sys", "/dev", "/dev/null", "/run", "/var", "/var/run", "/boot",
            "/proc/self/root", "/usr/..",
        ])
    func systemPlaces(path: String) {
        #expect(refusal(AgentMount(source: path, destination: "/workspace")) != nil)
    }

    @Test(
        "refuses destinations that the sandbox has of its own",
        arguments: [
            "/", "/usr", "/usr/local/x", "/etc/x", "/data", "/data/x", "/proc", "/dev/x", "/tmp", "/run/palana",
            "/a/../etc",
        ])
    func reservedDestinations(path: String) throws {
        let folder = try TemporaryFolder()
        #expect(refusal(AgentMount(source: folder.path, destination: path)) != nil)
    }

    @Test("refuses a home, what is above it and where it keeps credentials, and takes a project in it")
    func homes() throws {
        let folder = try TemporaryFolder()
        for name in ["home/me/project", "home/me/.ssh", "home/me/.aws"] { try folder.make(name) }
        let homes = [folder.path("home/me")]
        for name in ["home/me", "home", "home/me/.ssh", "home/me/.aws"] {
            #expect(refusal(AgentMount(source: folder.path(name), destination: "/w"), homes: homes) != nil, "\(name)")
        }
        #expect(refusal(AgentMount(source: folder.path("home/me/project"), destination: "/w"), homes: homes) == nil)
    }

    @Test("refuses an image that is the host, or that holds a home, the state folder or a socket")
    func images() throws {
        let folder = try TemporaryFolder()
        for name in ["image/usr", "home/me/.ssh", "home/usr", "state/usr"] { try folder.make(name) }
        let check = MountCheck(stateFolder: folder.path("state"), homeFolders: [folder.path("home/me")])
        #expect(try check.check(image: folder.path("image")) == MountCheck.resolve(folder.path("image")))
        for image in ["/", "/usr/..", "/nowhere"] + ["home", "home/me", "state", "."].map({ folder.path($0) }) {
            #expect(throws: SandboxError.self, "\(image)") { try check.check(image: image) }
        }
    }

    @Test("knows the homes of this machine's people")
    func homesOfPeople() {
        let homes = HomeFolders.all()
        #expect(homes.contains("/root") && homes.contains(NSHomeDirectory()))
        #expect(!homes.contains("/") && !homes.contains("/usr/sbin"))
    }

    @Test("refuses the state folder, what is above it and what is in it, by links too")
    func stateFolder() throws {
        let folder = try TemporaryFolder()
        for name in ["up/state/agents", "beside"] { try folder.make(name) }
        symlink(folder.path("up/state"), folder.path("link"))
        symlink(folder.path("up"), folder.path("uplink"))
        for name in ["up", "up/state", "up/state/agents", "link", "link/agents", "uplink"] {
            let mount = AgentMount(source: folder.path(name), destination: "/w")
            #expect(refusal(mount, state: folder.path("link")) != nil, "\(name)")
        }
        #expect(
            refusal(AgentMount(source: folder.path("beside"), destination: "/w"), state: folder.path("link")) == nil)
    }

    @Test("refuses sockets, folders that hold one however deep, devices, and what isn't there")
    func sockets() throws {
        let folder = try TemporaryFolder()
        for name in ["a/b/c", "fine"] { try folder.make(name) }
        let listener = try UnixListener(folder.path("a/b/c/docker.sock"))
        mkfifo(folder.path("pipe"), 0o600)
        for name in ["a", "a/b", "a/b/c/docker.sock", "pipe", "missing"] {
            #expect(refusal(AgentMount(source: folder.path(name), destination: "/w")) != nil, "\(name)")
        }
        #expect(
            refusal(AgentMount(source: folder.path("a"), destination: "/w"))
                == "Mount \(folder.path("a")): it holds the socket b/c/docker.sock, which would lead out of the sandbox"
        )
        #expect(refusal(AgentMount(source: folder.path("fine"), destination: "/w")) == nil)
        withExtendedLifetime(listener) {}
    }

    @Test("resolves links, so that bubblewrap is told the real place")
    func links() throws {
        let folder = try TemporaryFolder()
        try folder.make("real")
        symlink(folder.path("real"), folder.path("link"))
        let checked = try MountCheck(stateFolder: "/nowhere", homeFolders: []).check([
            AgentMount(source: folder.path("link"), destination: "//w//x/")
        ])
        #expect(
            checked == [
                CheckedMount(source: folder.path("real"), destination: "/w/x", isWritable: false, repositories: [])
            ])
    }

    @Test(
        "is not undone by a link that takes a checked folder's place, at any level",
        arguments: [("a/b", "a/b"), ("a/b", "a")])
    func swapped(name: String, replaced: String) throws {
        let folder = try TemporaryFolder()
        try folder.make("a/b")
        try folder.make("secret/b")
        let checked = try MountCheck(stateFolder: "/nowhere", homeFolders: []).check([
            AgentMount(source: folder.path(name), destination: "/w")
        ])
        #expect(throws: Never.self) { try MountSources(checked) }
        try FileManager.default.moveItem(atPath: folder.path(replaced), toPath: folder.path("aside"))
        symlink(folder.path("secret"), folder.path(replaced))
        #expect(throws: SandboxError.self) { try MountSources(checked) }
    }

    @Test("refuses mounts that overlap")
    func overlap() throws {
        let folder = try TemporaryFolder()
        let mounts = ["/w", "/w/x"].map { AgentMount(source: folder.path, destination: $0) }
        #expect(throws: SandboxError.self) { try MountCheck(stateFolder: "/nowhere", homeFolders: []).check(mounts) }
    }

    @Test("refuses a writable Git folder, and one whose hooks are a link")
    func writableGit() throws {
        let folder = try TemporaryFolder()
        for name in ["one/.git/hooks", "two/.git"] { try folder.make(name) }
        symlink("/etc", folder.path("two/.git/hooks"))
        for name in ["one/.git", "one/.git/hooks", "two"] {
            let mount = AgentMount(source: folder.path(name), destination: "/w", isWritable: true)
            #expect(refusal(mount) != nil, "\(name)")
        }
        #expect(refusal(AgentMount(source: folder.path("two"), destination: "/w")) == nil)
    }

    @Test("refuses a writable repository whose config has a second name, by which it could be written")
    func hardLinks() throws {
        let folder = try TemporaryFolder()
        try folder.make(".git/hooks")
        try Data("x".utf8).write(to: URL(filePath: folder.path(".git/config")))
        link(folder.path(".git/config"), folder.path("other"))
        #expect(
            refusal(AgentMount(source: folder.path, destination: "/w", isWritable: true))
                == "Mount \(folder.path): .git/config has a second name (hard link), so it can't be kept read-only")
    }

    @Test("keeps hooks and config of a writable repository from the agent", arguments: sandboxModes)
    func protects(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        let folder = try TemporaryFolder()
        for name in [".git/hooks", "sub/.git"] { try folder.make(name) }
        for name in [".git/config", ".git/hooks/pre-commit", "sub/.git/config", "file"] {
            let text = name == ".git/config" ? "[extensions]\n\tworktreeConfig = true\n" : "mine\n"
            try Data(text.utf8).write(to: URL(filePath: folder.path(name)))
        }
        let user = mode == .root ? fixture.configuration.user : geteuid() == 0 ? SandboxFixture.plainUser : geteuid()
        folder.give(to: user)
        let mounts = try MountCheck(stateFolder: "/nowhere", homeFolders: []).check([
            AgentMount(source: folder.path, destination: "/work", isWritable: true)
        ])
        try await fixture.withSandbox(mounts: mounts) { sandbox async throws in
            for command in [
                "echo x >> .git/config", "echo x > .git/hooks/pre-commit", "echo x > .git/hooks/new",
                "rm -rf .git/hooks",
                "mv .git aside", "mv .git/hooks .git/other", "rm .git/config", "mv .git/config .git/other",
                "echo x > sub/.git/hooks/new", "echo x >> sub/.git/config", "ln .git/config other",
                "ln -sf /tmp .git/config", "rm -rf .git", "mount --bind /tmp .git", "echo x > .git/config.worktree",
            ] {
                let output = try await sandbox.output(
                    of: "cd /work && (\(command)) 2>/dev/null && echo done || echo refused")
                #expect(output == "refused", "\(command)")
            }
            #expect(
                try await sandbox.output(of: "cd /work && echo x >> file && echo y > .git/HEAD && cat file")
                    == "mine\nx")
        }
        #expect(
            folder.text(".git/config").hasPrefix("[extensions]") && folder.text(".git/hooks/pre-commit") == "mine\n")
        #expect(folder.text("file") == "mine\nx\n")
    }
}

extension TemporaryFolder {
    func make(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    /// Gives everything in the folder to a user, when we may.
    func give(to user: UInt32) {
        guard geteuid() == 0 else { return }
        chmod(path, 0o755)
        chown(path, user, user)
        for case let name as String in FileManager.default.enumerator(atPath: path) ?? .init() {
            lchown(self.path(name), user, user)
        }
    }
}

/// A listening Unix socket.
final class UnixListener: Sendable {
    private let socket: Descriptor

    init(_ path: String) throws {
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        socket = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0, listen(number, 1) == 0 else { throw MissingTool(description: "can't bind \(path)") }
    }
}
