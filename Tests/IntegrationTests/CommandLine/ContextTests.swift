import Foundation
import TestSupport
import Testing

@Suite("Contexts")
struct ContextTests {
    private let fixture: CommandLineFixture
    private let kubeconfig: String

    init() throws {
        fixture = try CommandLineFixture()
        kubeconfig = try fixture.file(
            "kubeconfig",
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: u, user: {token: fake-token}}]
            contexts:
            - {name: prod, context: {cluster: c, user: u}}
            - {name: local, context: {cluster: c, user: u}}
            - {name: broken, context: {cluster: nope, user: u}}
            """)
    }

    private func palana(_ arguments: String..., kubeconfig: String? = nil) async throws -> CommandResult {
        try await fixture.palana(
            arguments,
            environment: [
                "XDG_CONFIG_HOME": fixture.folder.path("config"), "KUBECONFIG": kubeconfig ?? self.kubeconfig,
                "PALANA_CONTEXT": "",
            ])
    }

    @Test("Commands act on this machine until another context is chosen, and again after local")
    func choosing() async throws {
        #expect(try await palana("context", "current").output == "local\n")
        let machine = try await palana("get", "agents")
        #expect(machine.status == 5 && machine.error.hasPrefix("palana: the platform is not running"), "\(machine)")

        let used = try await palana("context", "use", "prod", "--namespace", "user-team")
        #expect(used.status == 0 && used.output.contains("https://127.0.0.1:1"), "\(used)")
        #expect(try await palana("context", "current").output == "prod\n")
        let cluster = try await palana("get", "agents")
        #expect(cluster.status == 5 && cluster.error.hasPrefix("palana (context prod): "), "\(cluster)")
        // Another shell's variables don't change where commands act.
        let elsewhere = try await palana("get", "agents", kubeconfig: "/nowhere")
        #expect(elsewhere.error.hasPrefix("palana (context prod): "), "\(elsewhere)")
        // A state folder means this machine.
        let named = try await palana("get", "agents", "--state", fixture.state)
        #expect(named.error.hasPrefix("palana: the platform is not running"), "\(named)")

        #expect(try await palana("context", "use", "local").status == 0)
        #expect(try await palana("context", "current").output == "local\n")
    }

    @Test("The list has this machine and every context, with what is wrong with one; the file is the person's alone")
    func list() async throws {
        #expect(try await palana("context", "use", "prod", "--namespace", "user-team").status == 0)
        let list = try await palana("context", "list")
        #expect(list.status == 0, "\(list)")
        let lines = list.output.split(separator: "\n").map(String.init)
        #expect(lines.filter { $0.hasPrefix("*") }.count == 1)
        #expect(lines.contains { $0.hasPrefix("*") && $0.contains("prod") && $0.contains("user-team") }, "\(list)")
        #expect(lines.filter { $0.contains(" local ") }.count == 1, "\(list)")
        #expect(list.output.contains("which no file has"), "\(list)")
        #expect(!list.output.contains("fake-token"))
        let file = fixture.folder.path("config/palana/contexts.yaml")
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("fake-token"))
    }

    @Test(
        "What can't be chosen is told and changes nothing",
        arguments: [
            (["context", "use", "nope"], Int32(4), "palana context list"),
            (["context", "use", "broken"], 1, "which no file has"),
            (["context", "use", "prod", "--namespace", "Not A Name"], 2, "--namespace"),
            (["context", "use", "local", "--namespace", "x"], 2, "--namespace"),
            (["get", "agents", "--namespace", "x"], 2, "leave it out on this machine"),
            (["get", "agents", "--context", "prod", "--state", "/tmp/x"], 2, "--state is for this machine"),
        ])
    func mistakes(arguments: [String], status: Int32, words: String) async throws {
        let result = try await fixture.palana(
            arguments,
            environment: [
                "XDG_CONFIG_HOME": fixture.folder.path("config"), "KUBECONFIG": kubeconfig, "PALANA_CONTEXT": "",
            ])
        #expect(result.status == status && result.error.contains(words), "\(result)")
        #expect(try await palana("context", "current").output == "local\n")
    }
}
