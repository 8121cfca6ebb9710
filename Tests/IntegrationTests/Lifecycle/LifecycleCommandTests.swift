import Foundation
import TestSupport
import Testing
import Yams

@Suite("The life of an agent, by commands", .platform, .serialized)
struct LifecycleCommandTests {
    private struct Shown: Decodable {
        struct Status: Decodable { var phase: String? }
        struct Spec: Decodable { var suspended: Bool? }
        var status: Status?
        var spec: Spec
    }

    private func shown(_ name: String) async throws -> Shown {
        let text = try await PlatformFixture.shared().must("get", "agent", name, "-o", "json")
        return try JSONDecoder().decode(Shown.self, from: Data(text.utf8))
    }

    @Test("create, suspend, start, resume, delete: each does what it says, and a second time says why not")
    func turns() async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must("create", "life", "--", "sh", "-c", "echo alive; exec sleep infinity")
        #expect(try await shown("life").status?.phase == "Running")
        let again = try await platform.palana("start", "life")
        #expect(again.status == 1 && again.error.contains("running already"), "\(again)")
        try await platform.must("suspend", "life")
        #expect(try await shown("life").status?.phase == "Suspended")
        #expect(try await shown("life").spec.suspended == true)
        let inside = try await platform.palana("exec", "life", "--", "true")
        #expect(inside.status == 1 && inside.error.contains("not running"), "\(inside)")
        try await platform.must("start", "life")
        #expect(try await shown("life").status?.phase == "Running")
        try await platform.must("suspend", "life")
        try await platform.must("resume", "life")
        #expect(try await shown("life").status?.phase == "Running")
        try await platform.must("exec", "life", "--", "true")
        try await platform.must("delete", "agent", "life")
        for command in ["start", "suspend", "resume", "logs"] {
            #expect(try await platform.palana(command, "life").status == 4)
        }
    }

    @Test("logs shows all, the newest lines, and with -f what comes until the agent ends")
    func logs() async throws {
        let platform = try PlatformFixture.shared()
        let script = "for i in 1 2 3; do echo line $i; done; while [ ! -e /data/go ]; do sleep 0.05; done; echo last"
        try await platform.must("create", "writer", "--", "sh", "-c", script)
        try await eventually("it has written") { try await platform.must("logs", "writer").contains("line 3") }
        #expect(try await platform.must("logs", "writer") == "line 1\nline 2\nline 3\n")
        #expect(try await platform.must("logs", "writer", "--tail", "1") == "line 3\n")
        async let followed = platform.palana("logs", "writer", "-f", "--tail", "2")
        try await platform.must("exec", "writer", "--", "touch", "/data/go")
        #expect(try await followed.output == "line 2\nline 3\nlast\n")
        try await platform.must("delete", "agent", "writer")
    }

    @Test("secrets list shows placeholders and where they may go, never a value", arguments: ["table", "json", "yaml"])
    func secrets(_ format: String) async throws {
        let platform = try PlatformFixture.shared()
        let text = try await platform.must("secrets", "list", "one", "-o", format)
        let placeholder = try await platform.must("exec", "one", "--no-tty", "--", "printenv", "API_KEY")
        for part in [
            "API_KEY", "GIT_TOKEN", "CONFIG_KEY", "api.e2e.test", placeholder.trimmingCharacters(in: .newlines),
        ] {
            #expect(text.contains(part), "\(part) is missing in \(text)")
        }
        #expect(!text.contains(platform.world.key) && !text.contains(PlatformFixture.agentKey))
    }

    @Test("get, status and audit query speak JSON and YAML")
    func formats() async throws {
        let platform = try PlatformFixture.shared()
        for arguments in [
            ["get", "agents"], ["get", "agent", "one"], ["status"], ["secrets", "list", "one"], ["doctor"],
        ] {
            let json = try await platform.palana(arguments + ["-o", "json"])
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.output.utf8)) }
            let yaml = try await platform.palana(arguments + ["-o", "yaml"])
            // Several objects are as many documents, as apply takes them.
            #expect(try !Array(Yams.load_all(yaml: yaml.output)).isEmpty, "\(yaml)")
            #expect(!yaml.output.hasPrefix("{"))
        }
        let lines = try await platform.must("audit", "query", "--limit", "5", "-o", "json").split(separator: "\n")
        #expect(lines.count == 5)
        for line in lines {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        #expect(try await platform.palana("get", "agents", "-o", "xml").status == 2)
    }

    @Test("audit query finds what was done to an agent, by whom and with what outcome")
    func query() async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must("create", "tracked", "--", "sleep", "infinity")
        try await platform.must("exec", "tracked", "--", "true")
        try await platform.must("suspend", "tracked")
        try await platform.must("delete", "agent", "tracked")
        var text = ""
        try await eventually("all is in the index") {
            text = try await platform.must("audit", "query", "--agent", "tracked")
            return text.contains("deleted")
        }
        for word in ["created", "started", "exec", "suspended", "ended", "deleted"] {
            #expect(text.contains(word), "\(word) is missing in\n\(text)")
        }
        let none = try await platform.must("audit", "query", "--agent", "tracked", "--outcome", "denied")
        #expect(none.contains("No events match"))
    }

    @Test("audit tail shows the newest events and then each one as it comes")
    func tail() async throws {
        let platform = try PlatformFixture.shared()
        let (file, number) = (platform.folder.path("tail.out"), platform.folder.path("tail.pid"))
        let script = "echo $$ > \(number); exec \(PlatformFixture.program) audit tail --last 1 > \(file)"
        async let tail = Command.run("/bin/sh", ["-c", script], environment: ["PALANA_STATE": platform.state])
        let process = try await Command.process(in: number)
        try await eventually("the newest event is shown") {
            ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").split(separator: "\n").count == 1
        }
        try await platform.must("exec", "two", "--", "true")
        try await eventually("the next event is shown") {
            try String(contentsOfFile: file, encoding: .utf8).contains("exec")
        }
        kill(process, SIGKILL)
        _ = try await tail
    }

    @Test("doctor finds all that this platform runs on")
    func doctor() async throws {
        let result = try await PlatformFixture.shared().palana("doctor")
        #expect(result.status == 0, "\(result)")
        for name in ["envoy", "opa", "bao", "bubblewrap"] {
            #expect(result.output.lowercased().contains(name), "\(name) is missing in \(result)")
        }
    }

    @Test("completion prints a script for each shell", arguments: ["bash", "zsh", "fish"])
    func completion(_ shell: String) async throws {
        let platform = try PlatformFixture.shared()
        let script = try await platform.must("completion", shell)
        #expect(script.contains("palana") && script.contains("suspend"))
        guard shell == "bash" else { return }
        let file = platform.folder.path("completion.bash")
        try Data(script.utf8).write(to: URL(fileURLWithPath: file))
        let checked = try await Command.run("/bin/bash", ["-n", file])
        #expect(checked.status == 0, "\(checked)")
    }

    @Test("up, down and up again: what ran runs, what was suspended is, and down twice is no error")
    func upAndDown() async throws {
        let folder = try TemporaryFolder()
        let state = folder.path("s")
        func palana(_ arguments: String...) async throws -> CommandResult {
            try await Command.runDetaching(
                PlatformFixture.program, arguments, environment: ["PALANA_STATE": state])
        }
        func stop() async throws { _ = try await palana("down") }
        do {
            let up = try await palana("up", "--detach", "--require-limits")
            if up.status != 0 {
                // Here nothing holds a whole agent to its limits; then it says so, and starts without the flag.
                #expect(up.status == 1 && up.error.contains("--require-limits"), "\(up)")
                #expect(try await palana("up", "--detach").status == 0)
            } else {
                let status = try await palana("status").output
                #expect(status.contains("control groups (version") || status.contains("systemd"), "\(status)")
            }
            #expect(try await palana("create", "kept", "--", "sleep", "infinity").status == 0)
            #expect(try await palana("create", "quiet", "--", "sleep", "infinity").status == 0)
            #expect(try await palana("suspend", "quiet").status == 0)
            #expect(try await palana("down").status == 0)
            #expect(try await palana("status").status == 5)
            #expect(try await palana("get", "agents").status == 5)
            #expect(try await palana("down").status == 0)
            #expect(try await palana("up", "--detach").status == 0)
            try await eventually("the agent that ran runs again", within: .seconds(20)) {
                try await palana("exec", "kept", "--", "true").status == 0
            }
            #expect(try await palana("exec", "quiet", "--", "true").status == 1)
        } catch {
            try await stop()
            throw error
        }
        try await stop()
    }
}
