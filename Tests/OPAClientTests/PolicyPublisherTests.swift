import OPAClient
import PalanaCore
import TestSupport
import Testing

private let noPosts = PolicyRules(
    name: "no-posts",
    rego: """
        package mine

        deny contains {"rule": "posts", "reason": "No posts."} if input.request.method == "POST"
        """)

@Suite struct PolicyPublisherTests {
    @Test func `A module's denial beats the agent's rule`() async throws {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([noPosts])
            let post = try await bench.engine.decide(input("POST", rules: allowing(), revision: revision))
            #expect(!post.allow)
            #expect(post.rule == "EgressPolicy/no-posts posts")
            #expect(post.reason == "No posts.")
            #expect(try await bench.engine.decide(input(rules: allowing(), revision: revision)).allow)
        }
    }

    @Test func `A module is asked about the agents it selects only`() async throws {
        try await Bench.with { bench in
            var policy = noPosts
            policy.selector = PolicySelector(owners: ["bob@example.com"], labels: ["team": "red"])
            let revision = try await bench.publisher.publish([policy])
            func allowed(_ owner: String, _ labels: [String: String]) async throws -> Bool {
                let post = input("POST", rules: allowing(), owner: owner, labels: labels, revision: revision)
                return try await bench.engine.decide(post).allow
            }
            #expect(try await allowed("alice@example.com", ["team": "red"]))
            #expect(try await allowed("bob@example.com", ["team": "blue"]))
            #expect(try await !allowed("bob@example.com", ["team": "red", "zone": "a"]))
        }
    }

    @Test func `A policy that is refused leaves the last good set in force`() async throws {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([noPosts])
            let broken = PolicyRules(name: "broken", rego: "deny contains 1 if nonsense(input)")
            await #expect(throws: PolicyProblem.self) { try await bench.publisher.publish([noPosts, broken]) }
            #expect(bench.book.revision == revision)
            #expect(try await !bench.engine.decide(input("POST", rules: allowing(), revision: revision)).allow)
        }
    }

    @Test func `While sets change every request is decided, under the set it asked for`() async throws {
        try await Bench.with(deadline: .seconds(10)) { bench in
            try await bench.publisher.publish([])
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for round in 0..<6 { try await bench.publisher.publish(round.isMultiple(of: 2) ? [noPosts] : []) }
                }
                for _ in 0..<300 {
                    let revision = bench.book.revision
                    let denies = !bench.book.policies.isEmpty
                    guard bench.book.revision == revision else { continue }
                    let decision = try await bench.engine.decide(input("POST", rules: allowing(), revision: revision))
                    #expect(decision.allow != denies)
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `An OPA that was killed allows nothing it should deny, and service returns`() async throws {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([noPosts])
            try await bench.supervised {
                bench.opa.killNow()
                await #expect(throws: PolicyFailure.self) {
                    try await bench.engine.decide(input(rules: allowing(), revision: revision))
                }
                try await bench.opa.restart()
                let returned = try await eventually {
                    // Asked all the time: a denied request is denied or fails, from the first moment on.
                    let post = try? await bench.engine.decide(input("POST", rules: allowing(), revision: revision))
                    #expect(post?.allow != true)
                    let get = try? await bench.engine.decide(input(rules: allowing(), revision: revision))
                    return get?.allow == true && post?.rule == "EgressPolicy/no-posts posts"
                }
                #expect(returned)
            }
        }
    }

    @Test func `A module that was taken out of OPA refuses everything until it is back`() async throws {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([noPosts])
            try await bench.removeModules()
            await #expect(throws: PolicyFailure.self) {
                try await bench.engine.decide(input(rules: allowing(), revision: revision))
            }
            try await bench.supervised {
                let returned = try await eventually {
                    (try? await bench.engine.decide(input(rules: allowing(), revision: revision)))?.allow == true
                }
                #expect(returned)
                #expect(try await !bench.engine.decide(input("POST", rules: allowing(), revision: revision)).allow)
            }
        }
    }

    @Test func `Only a marked policy widens`() async throws {
        let rego = #"allow contains {"rule": "docs", "reason": "Docs."} if input.request.host == "docs.example.com""#
        try await Bench.with { bench in
            await #expect(throws: PolicyProblem.self) {
                try await bench.publisher.publish([PolicyRules(name: "docs", rego: rego)])
            }
            let revision = try await bench.publisher.publish([PolicyRules(name: "docs", rego: rego, grants: true)])
            let decision = try await bench.engine.decide(input(host: "docs.example.com", revision: revision))
            #expect(decision.allow)
            #expect(decision.rule == "EgressPolicy/docs docs")
            #expect(try await !bench.engine.decide(input(host: "x.example.com", revision: revision)).allow)
        }
    }

    @Test func `A module that stumbles over a request refuses it`() async throws {
        let rego = #"deny contains "big" if to_number(input.request.headers["x-size"]) > 3"#
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([PolicyRules(name: "sizes", rego: rego)])
            #expect(
                try await bench.engine.decide(input(headers: ["x-size": "1"], rules: allowing(), revision: revision))
                    .allow)
            await #expect(throws: PolicyFailure.self) {
                try await bench.engine.decide(input(headers: ["x-size": "none"], rules: allowing(), revision: revision))
            }
        }
    }

    @Test func `A module that never ends for one request is cut off, and OPA serves the others`() async throws {
        let rego = """
            deny contains "slow" if {
                input.request.path == "/slow"
                some x in numbers.range(1, 20000)
                some y in numbers.range(1, 20000)
                x * y == 0
            }
            """
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([PolicyRules(name: "slow", rego: rego)])
            await #expect(throws: PolicyFailure.self) {
                try await bench.engine.decide(input(path: "/slow", rules: allowing(), revision: revision))
            }
            #expect(try await bench.engine.decide(input(rules: allowing(), revision: revision)).allow)
            let idle = try await eventually { try await bench.opa.isIdle() }
            #expect(idle)
        }
    }
}
