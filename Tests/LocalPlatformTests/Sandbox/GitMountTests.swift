import Foundation
import Glibc
import PalanaCore
import TestSupport
import Testing

@testable import LocalPlatform

/// What an agent may do in a writable mount so that the user's next `git status` runs a command of its own.
private struct GitAttack {
    let name: String
    /// What is there before the agent comes; run by the host's sh in the mount's source.
    let setup: String
    /// What the agent does there; `evil` writes a config that creates the file MARK.
    let attack: String
    /// Where the user calls git afterwards.
    var place = "."

    static let all = [
        GitAttack(name: "config", setup: "git init -q", attack: "evil > .git/config"),
        GitAttack(
            name: "replaced", setup: "git init -q", attack: "mv .git old; rm -rf .git; git init -q; evil > .git/config"),
        GitAttack(name: "new", setup: "", attack: "git init -q; evil > .git/config"),
        GitAttack(
            name: "nested", setup: "git init -q", attack: "git init -q a/b; evil > a/b/.git/config", place: "a/b"),
        GitAttack(
            name: "parent-moved", setup: "git init -q a/sub",
            attack: "mv a old; git init -q a/sub; evil > a/sub/.git/config", place: "a/sub"),
        GitAttack(
            name: "commondir", setup: "git init -q",
            attack: "mkdir -p e/objects e/refs; evil > e/config; echo ../e > .git/commondir"),
        GitAttack(
            name: "broken", setup: "git init -q",
            attack: "rm .git/HEAD; mkdir objects refs; echo ref: refs/heads/x > HEAD; evil 'worktree = .' > config"),
        GitAttack(
            name: "bare", setup: "mkdir a",
            attack: "mkdir a/objects a/refs; echo ref: refs/heads/x > a/HEAD; evil 'worktree = .' > a/config",
            place: "a"),
        GitAttack(
            name: "file", setup: "",
            attack: "mkdir -p e/objects e/refs; echo ref: refs/heads/x > e/HEAD; evil > e/config; echo gitdir: e > .git"
        ),
        GitAttack(
            name: "link", setup: "",
            attack: "mkdir -p e/objects e/refs; echo ref: refs/heads/x > e/HEAD; evil > e/config; ln -s e .git"),
        GitAttack(
            name: "submodule",
            setup: "git init -q; mkdir .git/modules; git init -q --separate-git-dir=.git/modules/s s; rm s/.git; "
                + "echo gitdir: ../.git/modules/s > s/.git",
            attack: "evil > .git/modules/s/config", place: "s"),
        GitAttack(
            name: "submodule-elsewhere",
            setup: "git init -q; mkdir .git/modules; git init -q --separate-git-dir=.git/modules/s s; rm s/.git; "
                + "echo gitdir: ../.git/modules/s > s/.git",
            attack: "mkdir -p e/objects e/refs; echo ref: refs/heads/x > e/HEAD; evil > e/config; rm s/.git; "
                + "echo gitdir: ../e > s/.git",
            place: "s"),
        GitAttack(
            name: "worktree",
            setup:
                "git init -q; git commit -q --allow-empty -m x; git worktree add -q w; echo ../.git/worktrees/w > l; "
                + "echo gitdir: ../.git/worktrees/w > w/.git",
            attack: "mkdir -p e/objects e/refs; cp -r .git/objects .git/refs e; evil > e/config; "
                + "echo ../../../e > .git/worktrees/w/commondir",
            place: "w"),
        GitAttack(
            name: "worktree-config", setup: "git init -q; git config extensions.worktreeConfig true",
            attack: "evil > .git/config.worktree"),
        GitAttack(name: "no-config", setup: "git init -q; rm .git/config", attack: "evil > .git/config"),
        GitAttack(
            name: "hook", setup: "git init -q; rm -rf .git/hooks; git config user.email a@b; git config user.name a",
            attack: "mkdir .git/hooks; printf '#!/bin/sh\\ntouch %s\\n' \"$MARK\" > .git/hooks/post-index-change; "
                + "chmod +x .git/hooks/post-index-change; touch f"),
    ]
}

@Suite("Git in a writable mount")
struct GitMountTests {
    @Test("never runs what the agent left", arguments: sandboxModes)
    func attacks(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        let folder = try TemporaryFolder()
        for attack in GitAttack.all {
            for name in ["free", "kept"] {
                try folder.make("\(name)/\(attack.name)")
                try shell(attack.setup, in: folder.path("\(name)/\(attack.name)"), home: folder.path)
            }
            // Without the sandbox each of them works, or the test would prove nothing.
            let free = folder.path("free/\(attack.name)")
            try shell(Self.evil + attack.attack, in: free, home: folder.path, mark: folder.path("free-\(attack.name)"))
            try shell("git add -A; git status", in: "\(free)/\(attack.place)", home: folder.path)
            #expect(folder.exists("free-\(attack.name)"), "\(attack.name) is no attack")
        }
        let user = mode == .root ? fixture.configuration.user : geteuid() == 0 ? SandboxFixture.plainUser : geteuid()
        folder.give(to: user)
        let mounts = try MountCheck(stateFolder: "/nowhere", homeFolders: []).check(
            GitAttack.all.map {
                AgentMount(source: folder.path("kept/\($0.name)"), destination: "/w/\($0.name)", isWritable: true)
            })
        let exit = try await fixture.endOfSandbox(mounts: mounts) { sandbox in
            for attack in GitAttack.all {
                let mark = folder.path("kept-\(attack.name)")
                let script = "export HOME=/tmp MARK=\(mark); cd /w/\(attack.name); \(Self.evil)\(attack.attack)"
                _ = try await sandbox.output(of: script)
            }
        }
        for attack in GitAttack.all {
            let place = folder.path("kept/\(attack.name)/\(attack.place)")
            try? shell("git add -A; git status", in: place, home: folder.path)
            #expect(!folder.exists("kept-\(attack.name)"), "\(attack.name) ran the agent's command")
        }
        #expect(exit.putAside.contains(folder.path("kept/new/.git/config")))
        #expect(exit.putAside.contains(folder.path("kept/commondir/.git/commondir")))
        #expect(folder.exists("kept/new/.git/config.from-agent"))
        // What was the user's own is as it was.
        #expect(folder.text("kept/config/.git/config").contains("repositoryformatversion"))
        #expect(!exit.putAside.contains { $0.hasPrefix(folder.path("kept/config/")) })
    }

    private static let evil = """
        evil() { printf '[core]\\n\\trepositoryformatversion = 0\\n\\tfsmonitor = "touch %s; false"\\n\\t%s\\n' "$MARK" "$1"; }

        """

    /// Runs a script of the host as a user whose git trusts all owners (its own check would hide what ours misses).
    private func shell(_ script: String, in folder: String, home: String, mark: String = "") throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = URL(filePath: folder)
        process.environment = [
            "HOME": home, "MARK": mark, "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": home, "GIT_CONFIG_COUNT": "3",
            "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
            "GIT_CONFIG_KEY_1": "user.name", "GIT_CONFIG_VALUE_1": "tester",
            "GIT_CONFIG_KEY_2": "user.email", "GIT_CONFIG_VALUE_2": "tester@example.com",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
    }
}
