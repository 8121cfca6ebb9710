import OPAClient
import PalanaCore
import TestSupport
import Testing

@Suite struct PolicyCheckerTests {
    @Test(arguments: [
        ("deny contains \"x\" if http.send({})", 1, "http.send"),
        ("package a\n\ndeny contains \"x\" if time.now_ns() > 3", 3, "time.now_ns"),
        ("deny contains \"x\" if rand.intn(\"a\", 3) == 1", 1, "rand.intn"),
        ("deny contains \"x\" if net.lookup_ip_addr(\"a\")", 1, "net.lookup_ip_addr"),
        ("deny contains \"x\" if opa.runtime().env.HOME", 1, "opa.runtime"),
        ("deny contains \"x\" if print(input)", 1, "print"),
        ("# hello\npackage a\ndeny contains \"x\" if {{", 3, "eof"),
        ("deny contains \"x\" if { y := 1 }", 1, "y"),
    ])
    func `What does not compile is refused with its line`(_ rego: String, _ line: Int, _ word: String) async throws {
        let problem = await refusal(of: PolicyRules(name: "p", rego: rego))
        #expect(problem?.policy == "p")
        #expect(problem?.line == line)
        #expect(problem?.message.contains(word) == true, "\(String(describing: problem))")
    }

    @Test(arguments: [
        ("x := 1", "none of deny, ask and allow"),
        ("deny := true", "must be a set"),
        ("default deny := true", "must be a set"),
        ("deny.x contains 1", "must be a set"),
        ("deny contains \"x\" if data.palana.sets", "refers to data"),
        ("deny contains \"x\" if data[input.agent.name]", "refers to data"),
        ("import data.palana.egress\ndeny contains \"x\" if egress.loaded", "refers to data"),
        ("allow contains \"x\"", "may only narrow"),
        ("palana_present := \"p\"\ndeny contains \"x\"", "palana_present"),
    ])
    func `What compiles and may not be is refused`(_ rego: String, _ words: String) async throws {
        let problem = await refusal(of: PolicyRules(name: "p", rego: rego))
        #expect(problem?.message.contains(words) == true, "\(String(describing: problem))")
    }

    @Test func `A module that fails its own test is refused`() async throws {
        let rego = """
            deny contains "x" if input.request.method == "POST"

            test_get_is_denied if count(deny) == 1 with input as {"request": {"method": "GET"}}
            """
        let problem = await refusal(of: PolicyRules(name: "p", rego: rego))
        #expect(problem?.line == 3)
        #expect(problem?.message.contains("test_get_is_denied") == true)
    }

    @Test func `A module that does not end is refused`() async throws {
        let rego = """
            deny contains "x" if {
                some x in numbers.range(1, 30000)
                some y in numbers.range(1, 30000)
                x * y == 0
            }
            """
        let problem = await refusal(of: PolicyRules(name: "p", rego: rego))
        #expect(problem?.message.contains("does not end") == true, "\(String(describing: problem))")
    }

    @Test func `A module that contradicts itself is refused`() async throws {
        let rego = """
            deny contains "x" if level == 3
            level := 1 if input.request.method == "GET"
            level := 2 if input.request.scheme == "https"
            """
        let problem = await refusal(of: PolicyRules(name: "p", rego: rego))
        #expect(
            problem?.message.contains("complete rules must not produce multiple outputs") == true,
            "\(String(describing: problem))")
    }

    @Test func `A policy that says nothing is refused`() async throws {
        #expect(await refusal(of: PolicyRules(name: "p"))?.message.contains("says nothing") == true)
    }

    @Test(arguments: ["", "A", "a/b", "a\"b", "a\nb"])
    func `A name that could not be told apart is refused`(_ name: String) async throws {
        #expect(await refusal(of: PolicyRules(name: name, deny: [EgressRule(host: "a.example.com")])) != nil)
    }

    @Test func `A sound module passes, with a package line of any name or none`() async throws {
        for head in ["", "package a.b\n", "# note\n\n  package a.b # more\n"] {
            let rego =
                head + "ask contains {\"rule\": \"r\", \"reason\": \"R.\"} if not input.request.headers[\"user-agent\"]"
            #expect(await refusal(of: PolicyRules(name: "p", rego: rego)) == nil)
        }
    }

    private func refusal(of policy: PolicyRules) async -> PolicyProblem? {
        do {
            _ = try await Bench.checker().check(policy)
            return nil
        } catch let problem as PolicyProblem {
            return problem
        } catch {
            Issue.record(error)
            return nil
        }
    }
}
