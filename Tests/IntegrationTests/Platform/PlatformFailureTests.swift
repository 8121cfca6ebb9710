import Foundation
import TestSupport
import Testing

@Suite("A platform whose parts are killed", .platform, .serialized)
struct PlatformFailureTests {
    static let request = Exchange.request("/orders", headers: PlatformCredentialTests.bearer)

    @Test("comes back by itself and never allows what a policy denies", arguments: ["envoy", "opa", "openbao"])
    func killed(_ part: String) async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must("apply", "-f", "-", input: Self.denial)
        let forbidden = Exchange.request("/forbidden")
        #expect(try await platform.probe("one", forbidden).code == "denied_by_policy")
        let before = try platform.world.requests().filter { $0.contains("/forbidden") }.count
        let process = try await platform.process(of: part)
        kill(process, SIGKILL)
        for _ in 0..<5 { #expect(try await platform.probe("one", forbidden).status != 200) }
        try await eventually("\(part) serves again", within: .seconds(60)) {
            let now = try await platform.status().parts.first { $0.name == part }
            return now?.state == "ready" && now?.pid.map(Int32.init) != process
        }
        try await eventually("requests go through again", within: .seconds(30)) {
            try await platform.probe("one", Self.request).status == 200
        }
        #expect(try platform.world.requests().filter { $0.contains("/forbidden") }.count == before)
        let verified = try await platform.palana("audit", "verify")
        #expect(verified.status == 0, "\(verified)")
    }

    private static let denial = """
        apiVersion: palana.dev/v1alpha1
        kind: EgressPolicy
        metadata: {name: no-forbidden}
        spec:
          deny:
          - {host: api.e2e.test, paths: [/forbidden]}

        """
}

@Suite("What a running platform leaves to be seen", .platform, .serialized)
struct PlatformTraceTests {
    @Test("holds no secret's value: state folder, logs, audit")
    func values() async throws {
        let platform = try PlatformFixture.shared()
        #expect(try await platform.probe("one", PlatformFailureTests.request).status == 200)
        for text in [platform.world.key, PlatformFixture.agentKey] {
            let found = try await Command.run(
                "/usr/bin/grep", ["-rlaF", "-f", "-", platform.state, platform.log], input: text)
            #expect(found.output.isEmpty, "\(found.output)")
            #expect(found.status == 1)
        }
    }

    @Test("is closed to others: folders 0700, files 0600, but for the authority's certificate and what sandboxes see")
    func modes() async throws {
        let platform = try PlatformFixture.shared()
        let open = try await Command.run("/usr/bin/find", [platform.state, "-maxdepth", "1", "-perm", "/077"])
        #expect(open.output.isEmpty, "\(open.output)")
        let sockets = try await Command.run("/usr/bin/find", ["\(platform.state)/run", "-type", "s", "-perm", "/077"])
        #expect(sockets.output.isEmpty, "\(sockets.output)")
    }

    @Test("is no core dump, and no TCP port but OpenBao's two on loopback")
    func processes() async throws {
        let platform = try PlatformFixture.shared()
        let status = try await platform.status()
        for part in status.parts {
            guard let pid = part.pid.map(Int32.init) else { continue }
            for process in [pid] + (try Self.descendants(of: pid, name: part.name)) {
                let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
                let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
                #expect(
                    core?.split(separator: " ").dropFirst(4).prefix(2) == ["1", "1"], "\(part.name): \(core ?? "")")
                let ports = try ListeningSockets.of(pid: process)
                #expect(part.name == "openbao" || ports.isEmpty, "\(part.name) listens on \(ports)")
                #expect(ports.allSatisfy { $0.address == "0100007F" }, "\(part.name): \(ports)")
                #expect(ports.count <= 2)
            }
        }
    }

    private static func descendants(of pid: Int32, name: String) throws -> [Int32] {
        guard name != "gateway" else { return [] }
        let text = try String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        return text.split(separator: " ").compactMap { Int32($0) }
    }

    @Test("is an audit log in which an edited line is found")
    func edited() async throws {
        let platform = try PlatformFixture.shared()
        #expect(try await platform.palana("audit", "verify").status == 0)
        let folder = "\(platform.state)/audit"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".jsonl") })
        let copy = platform.folder.path("edited.jsonl")
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        try text.replacing("api.e2e.test", with: "apj.e2e.test", maxReplacements: 1)
            .write(toFile: copy, atomically: true, encoding: .utf8)
        let result = try await platform.palana("audit", "verify", copy)
        #expect(result.status == 1, "\(result)")
    }
}
