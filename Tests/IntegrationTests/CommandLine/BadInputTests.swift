import Foundation
import Testing

/// Mistakes that are found without a running platform.
@Suite("Bad input")
struct BadInputTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var input = ""
        var environment: [String: String] = [:]
        var status: Int32
        /// What the sentence must name.
        var names: [String]

        var testDescription: String { arguments.joined(separator: " ") + " " + input.suffix(60) }

        init(
            _ arguments: String..., input: String = "", environment: [String: String] = [:], status: Int32,
            names: String...
        ) {
            self.arguments = arguments
            self.input = input
            self.environment = environment
            self.status = status
            self.names = names
        }

        /// A manifest on standard input.
        static func apply(_ text: String, names: String...) -> Mistake {
            var mistake = Mistake("apply", "-f", "-", input: text, status: 1)
            mistake.names = names
            return mistake
        }

        static func agent(_ spec: String, names: String...) -> Mistake {
            var mistake = apply(
                "apiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {name: a}\nspec: \(spec)\n")
            mistake.names = names
            return mistake
        }
    }

    static let usage = [
        Mistake("nonsense", status: 2, names: "palana nonsense", "--help"),
        Mistake("audt", status: 2, names: "did you mean audit?"),
        Mistake("audit", "qeury", status: 2, names: "did you mean query?"),
        Mistake("up", "--detahc", status: 2, names: "--detahc", "palana up --help"),
        Mistake("get", status: 2, names: "kind", "agents, templates, policies or kills"),
        Mistake("apply", status: 2, names: "--filename"),
        Mistake("create", status: 2, names: "name"),
        Mistake("create", "a", "--allow", ":443", status: 2, names: ":443", "HOST[:PORT][/PATH]"),
        Mistake("create", "a", "--allow", "host:port", status: 2, names: "host:port"),
        Mistake("create", "a", "--secret", "NAME", status: 2, names: "NAME@HOST"),
        Mistake("create", "a", "--env", "=b", status: 2, names: "=b", "NAME=VALUE"),
        Mistake("exec", "a", status: 2, names: "palana exec a -- CMD"),
        Mistake("get", "agents", "-o", "xml", status: 2, names: "xml", "json"),
        Mistake("audit", "query", "--since", "yesterday", status: 2, names: "yesterday", "30m"),
        Mistake("audit", "query", "--limit", "0", status: 2, names: "--limit"),
        Mistake("audit", "query", "--outcome", "maybe", status: 2, names: "maybe"),
        Mistake("logs", "a", "--tail=-1", status: 2, names: "--tail"),
        Mistake("completion", "tcsh", status: 2, names: "tcsh", "bash"),
        Mistake("secrets", "add", "a", "K", status: 2, names: "--from-env, --from-file or --stdin"),
        Mistake("secrets", "add", "a", "K", "--stdin", "--from-env", "K", status: 2, names: "one of"),
        Mistake("secrets", "add", "a", "K", "--stdin", "--mode", "both", status: 2, names: "both"),
    ]

    static let manifests = [
        Mistake.apply("", names: "standard input", "nothing in it"),
        Mistake.apply("a: [\n", names: "standard input:2", "not readable as YAML"),
        Mistake.apply("- a\n", names: "standard input:1", "not a list"),
        Mistake.apply("kind: Agent\n", names: "apiVersion"),
        Mistake.apply("apiVersion: palana.dev/v1alpha1\nkind: Agnt\n", names: "did you mean `Agent`?"),
        Mistake.agent("{comand: [a]}", names: "standard input:4: spec.comand", "did you mean `command`?"),
        Mistake.agent("{command: 3}", names: "spec.command", "must be a list"),
        Mistake.agent("{env: [{name: A, value: 1}]}", names: "spec.env[0].value", "quotes"),
        Mistake.agent("{secrets: [{name: A, value: fake}]}", names: "spec.secrets[0].value", "unknown field"),
        Mistake.agent("{egress: {allow: [{host: a.b, ports: [\"443\"]}]}}", names: "spec.egress.allow[0].ports[0]"),
        Mistake.agent(
            "{}\n---\napiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {name: a}\nspec: {}", names: "given"),
    ]

    static let machine = [
        Mistake("apply", "-f", "/no/such/file", status: 4, names: "/no/such/file", "No such file"),
        Mistake("apply", "-f", "/etc/hosts/x", status: 1, names: "/etc/hosts/x", "Not a directory"),
        Mistake("policy", "check", "/no/such.rego", status: 4, names: "/no/such.rego", "No such file"),
        Mistake("policy", "check", "/usr", status: 1, names: "/usr", "Is a directory"),
        Mistake("secrets", "add", "a", "K", "--from-env", "NO_SUCH_VARIABLE", status: 1, names: "NO_SUCH_VARIABLE"),
        Mistake("secrets", "add", "a", "K", "--from-file", "/no/such/file", status: 4, names: "/no/such/file"),
        Mistake("secrets", "add", "a", "K", "--stdin", status: 1, names: "empty"),
        Mistake("status", status: 5, names: "not running", "palana up"),
        Mistake("get", "agents", status: 5, names: "not running", "palana up"),
        Mistake("run", "a", "--", "ls", status: 5, names: "not running", "palana up"),
        Mistake("audit", "query", status: 4, names: "no audit log", "--state"),
        Mistake("audit", "verify", status: 4, names: "no audit log"),
        Mistake("audit", "tail", status: 4, names: "no audit log"),
        Mistake(
            "status", "--state", "/tmp/" + String(repeating: "x", count: 100), status: 1, names: "shorter", "--state"),
        Mistake("up", "--state", "/proc/none", status: 1, names: "/proc/none", "--state"),
        Mistake(
            "up", environment: ["PATH": "/nowhere", "HOME": "/nowhere", "PALANA_CACHE": "/nowhere"], status: 1,
            names: "envoy", "opa", "bao", "bwrap", "run: scripts/setup.sh"),
    ]

    @Test(
        "is answered with one sentence that names the thing, the documented exit code, and nothing left behind",
        arguments: usage + manifests + machine)
    func sentence(_ mistake: Mistake) async throws {
        let fixture = try CommandLineFixture()
        let clock = ContinuousClock()
        let start = clock.now
        let result = try await fixture.palana(
            mistake.arguments, environment: mistake.environment, input: mistake.input)
        #expect(result.status == mistake.status, "\(result)")
        #expect(result.output.isEmpty, "\(result)")
        #expect(result.error.hasPrefix("palana: "), "\(result)")
        for name in mistake.names { #expect(result.error.contains(name), "\(result)") }
        #expect(!result.error.contains("Error("), "a type's name is no sentence: \(result)")
        #expect(start.duration(to: clock.now) < .seconds(20))
        #expect(!FileManager.default.fileExists(atPath: fixture.state), "\(result)")
    }

    @Test(
        "A secret's value as an argument is refused before anything is done, and not repeated",
        arguments: [
            ["add", "demo", "KEY", "fake-value-0123", "--stdin"], ["rotate", "demo", "KEY", "fake-value-0123"],
        ])
    func secretArgument(_ arguments: [String]) async throws {
        let result = try await CommandLineFixture().palana(["secrets"] + arguments, input: "fake-value-0123\n")
        #expect(result.status == 2, "\(result)")
        #expect(result.error.contains("can't be an argument") && result.error.contains("--from-env"), "\(result)")
        #expect(!result.description.contains("fake-value-0123"))
    }

    @Test("A file that is wrong is found before another one is sent")
    func severalFiles() async throws {
        let fixture = try CommandLineFixture()
        let good = try fixture.file(
            "m/1.yaml", "apiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {name: a}\nspec: {}\n")
        let bad = try fixture.file(
            "m/2.yaml", "apiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {nam: b}\nspec: {}\n")
        let result = try await fixture.palana(["apply", "-f", (good as NSString).deletingLastPathComponent])
        #expect(result.status == 1)
        #expect(result.error.contains("\(bad):3: metadata.nam"), "\(result)")
    }

    @Test("What a file holds is shown escaped, so that it drives no terminal")
    func escapes() async throws {
        let text = "apiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {name: a}\nspec: {\"\\e[2Jx\\r\": 1}\n"
        let result = try await CommandLineFixture().palana(["apply", "-f", "-"], input: text)
        #expect(result.status == 1)
        #expect(result.isPlain && result.error.contains("u{1b}"), "\(result)")
    }
}
