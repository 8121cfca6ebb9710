import Foundation
import Testing

@Suite("The commands of a running platform", .platform, .serialized)
struct PlatformCommandTests {
    @Test("run passes the exit code through", arguments: [0, 7, 42])
    func exitCode(_ code: Int32) async throws {
        let platform = try PlatformFixture.shared()
        let result = try await platform.palana("run", "code", "--no-tty", "--", "sh", "-c", "exit \(code)")
        #expect(result.status == code, "\(result)")
    }

    @Test("run hands over its input to the end")
    func input() async throws {
        let platform = try PlatformFixture.shared()
        let text = String(repeating: "line of input\n", count: 20_000)
        let result = try await platform.palana(["run", "input", "--no-tty", "--", "wc", "-c"], input: text)
        #expect(result.output.trimmingCharacters(in: .whitespacesAndNewlines) == "\(text.utf8.count)")
    }

    @Test("run gives a terminal of the sandbox's own")
    func terminal() async throws {
        let platform = try PlatformFixture.shared()
        let line = "\(PlatformFixture.program) run term -- tty"
        let result = try await Command.run(
            "/usr/bin/script", ["-qec", line, "/dev/null"], environment: ["PALANA_STATE": platform.state])
        #expect(result.output.contains("/dev/pts/0"), "\(result)")
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var input = ""
        var status: Int32
        /// What the sentence names.
        var names: String
        var testDescription: String { arguments.joined(separator: " ") + " " + input.prefix(60) }

        static func apply(_ spec: String, kind: String = "Agent", _ names: String) -> Mistake {
            Mistake(
                arguments: ["apply", "-f", "-"],
                input: "apiVersion: palana.dev/v1alpha1\nkind: \(kind)\nmetadata: {name: wrong}\nspec: \(spec)\n",
                status: 1,
                names: names)
        }
    }

    static let mistakes = [
        Mistake.apply("{comand: [x]}", "spec.comand"),
        Mistake.apply("{command: 3}", "spec.command"),
        Mistake.apply("{egress: {allow: [{host: \"*.*.com\"}]}}", "spec.egress.allow[0].host"),
        Mistake.apply("{egress: {allow: [{host: \"http://a.b\"}]}}", "spec.egress.allow[0].host"),
        Mistake.apply("{egress: {allow: [{host: a.test, ports: [70000]}]}}", "spec.egress.allow[0].ports[0]"),
        Mistake.apply("{egress: {allow: [{host: a.test, paths: [\"no-slash\"]}]}}", "spec.egress.allow[0].paths[0]"),
        Mistake.apply("{egress: {default: ask}}", "not supported yet"),
        Mistake.apply("{secrets: [{name: A, hosts: [a.test], in: [body]}]}", "not supported yet"),
        Mistake.apply("{target: {all: true}, reason: \" \"}", kind: "KillSwitch", "spec.reason: \" \": say why"),
        Mistake.apply("{owner: alice}", kind: "Tenant", "kind: \"Tenant\": not supported on one machine"),
        Mistake(arguments: ["get", "tenants"], status: 1, names: "Tenant: not supported on one machine"),
        Mistake(arguments: ["apply", "-f", "-"], input: "a: [", status: 1, names: "standard input:2"),
        Mistake(arguments: ["apply", "-f", "/no/such/file"], status: 4, names: "/no/such/file"),
        Mistake(arguments: ["describe", "agent", "nobody"], status: 4, names: "nobody"),
        Mistake(arguments: ["exec", "nobody", "--", "ls"], status: 4, names: "nobody"),
        Mistake(
            arguments: ["secrets", "rotate", "one", "NOTHING", "--stdin"], input: "fake-value-12", status: 4,
            names: "NOTHING"),
        Mistake(
            arguments: ["secrets", "add", "nobody", "A", "--stdin", "--host", "a.test"], input: "fake-value-12",
            status: 4, names: "nobody"),
        Mistake(arguments: ["secrets", "add", "one", "A", "fake-value-as-argument"], status: 2, names: "--from-env"),
        Mistake(arguments: ["create", "one"], status: 1, names: "one"),
        Mistake(arguments: ["create", "Not_A_Name"], status: 1, names: "Not_A_Name"),
        Mistake(arguments: ["run", "mounted", "--mount", "/:/host", "--", "ls"], status: 1, names: "/"),
        Mistake(arguments: ["nonsense"], status: 2, names: "nonsense"),
    ]

    @Test("answer a mistake with one sentence and the documented exit code, and keep nothing", arguments: mistakes)
    func mistake(_ row: Mistake) async throws {
        let platform = try PlatformFixture.shared()
        let result = try await platform.palana(row.arguments, input: row.input)
        #expect(result.status == row.status, "\(result)")
        #expect(result.error.contains(row.names), "\(result)")
        #expect(try await platform.palana("get", "agent", "wrong").status == 4)
    }

    @Test(
        "a run that is refused leaves no new agent behind",
        arguments: [["--mount", "/:/host", "--", "ls"], ["--", "no-such-program"]])
    func refusedRun(_ arguments: [String]) async throws {
        let platform = try PlatformFixture.shared()
        let result = try await platform.palana(["run", "fleeting"] + arguments, input: "")
        #expect(result.status == 1, "\(result)")
        #expect(try await platform.palana("get", "agent", "fleeting").status == 4)
    }

    @Test("explain names the rule that decides")
    func explain() async throws {
        let platform = try PlatformFixture.shared()
        let allowed = try await platform.palana("policy", "explain", "one", "GET", "https://api.e2e.test/orders")
        #expect(allowed.status == 0 && allowed.output.contains("spec.egress.allow[0]"), "\(allowed)")
        let denied = try await platform.palana("policy", "explain", "one", "GET", "https://denied.e2e.test/")
        #expect(denied.status == 3 && denied.output.contains("denied.e2e.test"), "\(denied)")
    }

    @Test("up a second time is refused with the process that holds the folder")
    func secondStart() async throws {
        let platform = try PlatformFixture.shared()
        let result = try await platform.palana("up")
        #expect(result.status == 1)
        #expect(result.error.contains("\(try await platform.status().pid)"), "\(result)")
    }
}
