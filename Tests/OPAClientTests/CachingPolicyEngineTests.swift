import Foundation
import OPAClient
import PalanaCore
import Synchronization
import TestSupport
import Testing

@Suite struct CachingPolicyEngineTests {
    /// Counts what reaches OPA.
    private final class Counter: PolicyEngine {
        let engine: OPAPolicyEngine
        let count = Mutex(0)

        init(_ engine: OPAPolicyEngine) {
            self.engine = engine
        }

        func decide(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision {
            count.withLock { $0 += 1 }
            return try await engine.decide(input)
        }
    }

    @Test func `The same request is asked about once, whatever its id`() async throws {
        #expect(
            try await questions(nil, [input(rules: allowing(), revision: ""), input(rules: allowing(), revision: "")])
                == 1)
    }

    @Test func `What nobody reads makes no difference`() async throws {
        let agents = ["a/1", "b/2"].map { input(headers: ["user-agent": $0], rules: allowing(), revision: "") }
        #expect(try await questions(nil, agents) == 1)
        #expect(
            try await questions(#"deny contains "x" if input.request.headers["user-agent"] == "evil""#, agents) == 2)
        #expect(try await questions(#"deny contains "x" if input.request.headers["x-other"] == "evil""#, agents) == 1)
        #expect(try await questions(#"deny contains "x" if input.request.headers[_] == "evil""#, agents) == 2)
    }

    @Test(arguments: [
        #"deny contains "x" if input.request.time == "never""#, #"deny contains "x" if input.request.id == "y""#,
        #"deny contains "x" if walk(input, [["request", "id"], "y"])"#,
        #"deny contains "x" if { some key; input.request[key] == "y" }"#,
        "import input.request as r\ndeny contains \"x\" if r.id == \"y\"",
    ])
    func `A module that may read the id or the time is asked each time`(_ rego: String) async throws {
        var later = input(rules: allowing(), revision: "")
        later.request.time = "2026-01-01T00:00:00.001Z"
        #expect(try await questions(rego, [input(rules: allowing(), revision: ""), later]) == 2)
    }

    @Test func `Another path, host, rule, owner or credential is another question`() async throws {
        let key = PolicyInput.Placeholder(secret: "KEY", position: .header, boundHosts: ["api.example.com"])
        let inputs = [
            input(rules: allowing(), revision: ""), input(path: "/x", rules: allowing(), revision: ""),
            input(host: "b.example.com", rules: allowing(), revision: ""),
            input(rules: .init(default: .deny), revision: ""),
            input(rules: allowing(), owner: "bob@example.com", revision: ""),
            input(rules: allowing(), placeholders: [key], revision: ""),
            input(rules: allowing(), foreign: ["x-api-key"], revision: ""),
            input("POST", rules: allowing(), revision: ""),
            input(headers: ["cookie": "a=b"], rules: allowing(), revision: ""),
            input(headers: ["x-http-method": "DELETE"], rules: allowing(), revision: ""),
        ]
        #expect(try await questions(nil, inputs) == inputs.count)
    }

    @Test func `Two spellings of one Unicode text are two questions`() async throws {
        let paths = ["/caf\u{e9}", "/cafe\u{301}"]
        #expect(try await questions(nil, paths.map { input(path: $0, rules: allowing(), revision: "") }) == 2)
    }

    @Test func `A new revision and a failure forget what was`() async throws {
        try await Bench.with { bench in
            let engine = CachingPolicyEngine(
                bench.engine, server: bench.server, publisher: bench.publisher, lifetime: .seconds(60))
            let first = try await bench.publisher.publish([])
            #expect(try await engine.decide(input(rules: allowing(), revision: first)).allow)
            let deny = PolicyRules(name: "all", rego: #"deny contains "no""#)
            let second = try await bench.publisher.publish([deny])
            #expect(try await !engine.decide(input(rules: allowing(), revision: second)).allow)
            bench.opa.killNow()
            await #expect(throws: PolicyFailure.self) {
                try await engine.decide(input(path: "/new", rules: allowing(), revision: second))
            }
            await #expect(throws: PolicyFailure.self) {
                try await engine.decide(input(rules: allowing(), revision: second))
            }
        }
    }

    @Test func `When OPA is killed the very next decision is refused, until the set is back`() async throws {
        try await Bench.with { bench in
            let engine = CachingPolicyEngine(
                bench.engine, server: bench.server, publisher: bench.publisher, lifetime: .seconds(60))
            let noPosts = PolicyRules(name: "no-posts", rego: #"deny contains "no" if input.request.method == "POST""#)
            let revision = try await bench.publisher.publish([noPosts])
            let get = input(rules: allowing(), revision: revision)
            try await bench.supervised {
                for _ in 0..<5 {
                    #expect(try await engine.decide(get).allow)
                    #expect(try await engine.decide(get).allow)
                    bench.opa.killNow()
                    // No time passes, nothing else was asked: what is remembered must be gone by itself.
                    await #expect(throws: PolicyFailure.self) { try await engine.decide(get) }
                    try await bench.opa.restart()
                    let returned = try await eventually {
                        let post = try? await engine.decide(input("POST", rules: allowing(), revision: revision))
                        #expect(post?.allow != true)
                        return (try? await engine.decide(get))?.allow == true
                    }
                    #expect(returned)
                }
            }
        }
    }

    @Test func `An OPA that hangs is missed once answers are too old`() async throws {
        try await Bench.with { bench in
            let engine = CachingPolicyEngine(
                bench.engine, server: bench.server, publisher: bench.publisher, lifetime: .milliseconds(300))
            let revision = try await bench.publisher.publish([])
            let get = input(rules: allowing(), revision: revision)
            #expect(try await engine.decide(get).allow)
            bench.opa.signal(SIGSTOP)
            defer { bench.opa.signal(SIGCONT) }
            let isMissed = try await eventually {
                do {
                    _ = try await engine.decide(get)
                    return false
                } catch is PolicyFailure {
                    return true
                }
            }
            #expect(isMissed)
        }
    }

    /// How many of `inputs` reach OPA when asked in turn, with a module in force or none.
    private func questions(_ rego: String?, _ inputs: [PolicyInput]) async throws -> Int {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish(rego.map { [PolicyRules(name: "p", rego: $0)] } ?? [])
            let counter = Counter(bench.engine)
            let engine = CachingPolicyEngine(
                counter, server: bench.server, publisher: bench.publisher, lifetime: .seconds(60))
            for input in inputs {
                var input = input
                input.policyRevision = revision
                let cached = try await engine.decide(input)
                #expect(cached == (try await bench.engine.decide(input)))
            }
            return counter.count.withLock(\.self)
        }
    }
}
