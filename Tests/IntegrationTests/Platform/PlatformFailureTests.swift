import Foundation
import TestSupport
import Testing

@Suite(
    "A platform whose parts are killed", .platform(settings: "secretCacheSeconds: 1\n"), .serialized)
struct PlatformFailureTests {
    static let request = Exchange.request("/orders", headers: PlatformCredentialTests.bearer)

    struct Victim: Sendable, CustomTestStringConvertible {
        var part: String
        var isGuard = false
        var testDescription: String { isGuard ? "the guard of \(part)" : part }
    }

    @Test(
        "comes back by itself under load, and meanwhile nothing leaks and nothing denied goes out",
        arguments: [
            Victim(part: "envoy"), Victim(part: "envoy", isGuard: true), Victim(part: "opa"),
            Victim(part: "opa", isGuard: true), Victim(part: "openbao"), Victim(part: "openbao", isGuard: true),
        ])
    func killed(_ victim: Victim) async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must("apply", "-f", "-", input: Self.denial)
        let before = try platform.world.requests().count
        let name = "stop-\(victim.part)-\(victim.isGuard)"
        async let load = platform.load(
            "one", connections: 4, requests: 100_000, name: name, paths: ["/orders", "/echo", "/forbidden"])
        try await eventually("the load runs") { try platform.world.requests().count > before + 20 }
        let program = try await platform.program(of: victim.part)
        kill(victim.isGuard ? try await platform.guardian(of: victim.part) : program, SIGKILL)
        try await eventually("\(victim.part) serves again", within: .seconds(60)) {
            let now = try await platform.status().parts.first { $0.name == victim.part }
            return now?.state == "ready" && now?.pid.map(Int32.init) != program
        }
        try await eventually("requests go through again", within: .seconds(30)) {
            try await platform.probe("one", Self.request).status == 200
        }
        try await platform.endLoad(name, of: "one")
        let seen = try await load
        #expect(seen.leaks == 0)
        #expect(seen.count("/orders", 200) > 0 && seen.count("/orders", 401) == 0, "\(seen)")
        #expect(seen.count("/forbidden", 200) == 0 && seen.count("/forbidden", 403) > 0, "\(seen)")
        let arrived = try platform.arrivals(from: before)
        #expect(arrived.count > 20 && arrived.strange.isEmpty, "\(arrived.strange.prefix(3))")
        let verified = try await platform.palana("audit", "verify")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test("refuses requests with a secret once a vault that hangs has been silent for longer than the cache lives")
    func silentVault() async throws {
        let platform = try PlatformFixture.shared()
        let vault = try await platform.program(of: "openbao")
        #expect(try await platform.probe("one", Self.request).status == 200)
        kill(vault, SIGSTOP)
        defer { kill(vault, SIGCONT) }
        try await eventually("the cached value is too old") {
            let answer = try await platform.probe("one", Self.request)
            return answer.status == 503 && answer.code == "vault_unavailable"
        }
        // Who sends no secret needs no vault.
        #expect(try await platform.probe("one", .request("/seen")).status == 200)
        kill(vault, SIGCONT)
        try await eventually("requests go through again", within: .seconds(30)) {
            try await platform.probe("one", Self.request).status == 200
        }
    }

    @Test("refuses what only a module denies, from OPA's death until the whole set of modules is back")
    func module() async throws {
        let platform = try PlatformFixture.shared()
        try await platform.must("apply", "-f", "-", input: Self.module)
        let guarded = Exchange.request("/guarded")
        #expect(try await platform.probe("one", guarded).code == "denied_by_policy")
        kill(try await platform.program(of: "opa"), SIGKILL)
        let deadline = ContinuousClock.now + .seconds(60)
        var passed = 0
        while passed < 5 {
            try #require(ContinuousClock.now < deadline, "requests don't go through again")
            #expect(try await platform.probe("one", guarded).status != 200)
            if try await platform.probe("one", Self.request).status == 200 { passed += 1 }
        }
        #expect(try platform.world.requests().filter { $0.contains("/guarded") }.isEmpty)
        #expect(try await platform.probe("one", guarded).code == "denied_by_policy")
    }

    private static let module = """
        apiVersion: palana.dev/v1alpha1
        kind: EgressPolicy
        metadata: {name: guarded}
        spec:
          rego: |
            deny contains {"rule": "guarded", "reason": "This path is guarded."} if {
                input.request.path == "/guarded"
            }

        """

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
}
