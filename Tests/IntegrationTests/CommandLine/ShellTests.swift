import Foundation
import Testing

@Suite("The command line in a shell")
struct ShellTests {
    /// Every command but the root, as words.
    static let commands = [
        "up", "down", "status", "doctor", "create", "run", "exec", "start", "suspend", "resume", "logs", "apply", "get",
        "describe", "delete", "secrets add", "secrets list", "secrets remove", "secrets rotate", "policy check",
        "policy test", "policy explain", "audit tail", "audit query", "audit verify", "completion", "context list",
        "context use", "context current", "gateway", "operator", "crds", "kill", "kills", "release",
    ].map { $0.split(separator: " ").map(String.init) }

    @Test("Every command has a help page with an example, without colours", arguments: commands)
    func help(_ command: [String]) async throws {
        let result = try await CommandLineFixture().palana(command + ["--help"])
        #expect(result.status == 0 && result.error.isEmpty, "\(result)")
        let example = "palana " + command.joined(separator: " ")
        let overview = result.output.components(separatedBy: "USAGE:").first ?? ""
        #expect(overview.contains(example), "no example of \(example): \(result)")
        #expect(result.isPlain)
    }

    @Test("The list above is the list that palana --help prints")
    func complete() async throws {
        let help = try await CommandLineFixture().palana(["--help"]).output
        let listed = help.components(separatedBy: "SUBCOMMANDS:").dropFirst().flatMap { section in
            section.split(separator: "\n").filter {
                $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ")
            }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        }
        // What deployments run has no example of its own.
        #expect(Set(listed) == Set(Self.commands.map { $0[0] } + ["api", "crds", "gateway", "operator"]))
    }

    @Test(
        "bash loads the completion and completes commands and options",
        arguments: [
            (["palana", "aud"], "audit"), (["palana", "audit", "q"], "query"), (["palana", "up", "--det"], "--detach"),
            (["palana", "audit", "query", "--outcome", ""], "denied"),
        ])
    func bash(words: [String], expected: String) async throws {
        let fixture = try CommandLineFixture()
        let script = try await fixture.palana(["completion", "bash"])
        #expect(script.status == 0)
        let file = try fixture.file("palana.bash", script.output)
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let line = """
            source \(file)
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count - 1) COMP_LINE='\(words.joined(separator: " "))'
            COMP_POINT=${#COMP_LINE}
            handler=$(complete -p palana | sed -E 's/.*-F ([^ ]+).*/\\1/')
            "$handler" palana '\(words.last ?? "")' '\(words[words.count - 2])'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try await Command.run("/bin/bash", ["--norc", "--noprofile", "-c", line])
        #expect(result.output.split(separator: "\n").contains(Substring(expected)), "\(result)")
    }

    @Test(
        "zsh and fish get a script of their own",
        arguments: [("zsh", "#compdef palana"), ("fish", "complete -c 'palana'")])
    func scripts(shell: String, sign: String) async throws {
        let result = try await CommandLineFixture().palana(["completion", shell])
        #expect(result.status == 0 && result.output.contains(sign), "\(result.output.prefix(200))")
    }

    @Test("A terminal and a pipe get the same text without colours, with NO_COLOR or without", arguments: [nil, "1"])
    func colours(noColor: String?) async throws {
        let fixture = try CommandLineFixture()
        let environment =
            noColor.map { ["NO_COLOR": $0, "PALANA_STATE": fixture.state] } ?? ["PALANA_STATE": fixture.state]
        let terminal = try await Command.run(
            "/usr/bin/script", ["-qec", "\(PlatformFixture.program) --help", "/dev/null"], environment: environment)
        let pipe = try await fixture.palana(["--help"])
        #expect(pipe.isPlain)
        #expect(!terminal.output.contains("\u{1b}"))
    }

    @Test("What an administrator runs once for a Vault of one's own is printed as a shell script")
    func vaultSetup() async throws {
        let fixture = try CommandLineFixture()
        let guide = try await fixture.palana(["doctor", "--vault-setup"])
        #expect(guide.status == 0 && guide.output.contains("vault policy write palana-api"), "\(guide)")
        let file = try fixture.file("setup.sh", guide.output)
        let syntax = try await Command.run("/bin/sh", ["-n", file])
        #expect(syntax.status == 0, "\(syntax)")
        #expect(!FileManager.default.fileExists(atPath: fixture.state))
    }

    @Test("The doctor's findings are JSON for programs and say what mends what is missing")
    func doctor() async throws {
        struct Finding: Decodable {
            var name: String
            var status: String
            var mend: String?
        }
        let result = try await CommandLineFixture().palana(
            ["doctor", "-o", "json"], environment: ["PATH": "/nowhere", "HOME": "/nowhere", "PALANA_CACHE": "/nowhere"])
        let findings = try JSONDecoder().decode([Finding].self, from: Data(result.output.utf8))
        #expect(result.status == 1)
        #expect(findings.first { $0.name == "envoy" }?.status == "missing")
        #expect(findings.filter { $0.status == "missing" }.allSatisfy { $0.mend?.isEmpty == false })
    }
}
