import Manifests
import PalanaCore
import Testing

@Suite struct ManifestDecoderTests {
    private func problems(_ text: String) -> [String] {
        do {
            _ = try ManifestDecoder().decode(text.utf8, source: "a.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private static let head = "apiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {name: demo}\n"

    @Test func `The design's agent is read field by field`() throws {
        let text = """
            apiVersion: palana.dev/v1alpha1
            kind: Agent
            metadata: {name: demo, labels: {team: a}}
            spec:
              owner: alice@example.com
              template: claude-code
              command: [python3, agent.py]
              env: [{name: LOG_LEVEL, value: info}]
              workspace: {size: 10Gi, storageClassName: "", reclaim: Delete}
              resources: {limits: {cpu: 1, memory: 2Gi}}
              secrets:
              - name: GITHUB_PAT
                mode: proxy
                hosts: [api.github.com, github.com]
                in: [header, basic]
                placeholder: "ghp_{random:36}"
              egress:
                default: deny
                allow:
                - host: "*.github.com"
                  ports: [443]
                  methods: [GET, POST]
                  paths: [/repos/**]
                  credentials: placeholder
                  cookies: deny
                peers: [{agent: bob@example.com/worker, port: 8080}]
              ingress: {port: 8080, peers: [{agent: alice@example.com/boss, port: 8080}]}
              idle: {after: 30m, warnBefore: 5m, action: suspend}
              suspended: false
              ttl: 168h
            """
        let manifests = try ManifestDecoder().decode(text.utf8, source: "a.yaml")
        guard case .agent(let agent)? = manifests.first?.resource else {
            Issue.record("no agent")
            return
        }
        #expect(agent.metadata == ObjectMeta(name: "demo", labels: ["team": "a"]))
        #expect(agent.spec.resources?.limits == .init(cpu: "1", memory: "2Gi"))
        #expect(
            agent.spec.secrets == [
                AgentSecret(
                    name: "GITHUB_PAT", mode: .proxy, hosts: ["api.github.com", "github.com"],
                    positions: [.header, .basic],
                    placeholder: "ghp_{random:36}")
            ])
        #expect(
            agent.spec.egress?.allow == [
                EgressRule(
                    host: "*.github.com", ports: [443], methods: ["GET", "POST"], paths: ["/repos/**"],
                    credentials: .placeholder, cookies: .deny)
            ])
        #expect(agent.spec.ingress?.peers == [Peer(agent: "alice@example.com/boss", port: 8080)])
        #expect(agent.spec.idle == Idle(after: "30m", warnBefore: "5m", action: .suspend))
        #expect(agent.spec.suspended == false && agent.spec.ttl == "168h")
    }

    @Test func `Several documents keep their order and lines`() throws {
        let text =
            Self.head + "spec: {}\n---\n# nothing\n---\napiVersion: palana.dev/v1alpha1\nkind: EgressPolicy\n"
            + "metadata: {name: p}\nspec: {rego: \"package x\"}\n"
        let manifests = try ManifestDecoder().decode(text.utf8, source: "a.yaml")
        #expect(manifests.map(\.resource.key.description) == ["Agent/demo", "EgressPolicy/p"])
        #expect(manifests.map(\.line) == [1, 8])
    }

    @Test func `JSON is read as well, with its escapes`() throws {
        let text = #"""
            {"apiVersion":"palana.dev/v1alpha1","kind":"Agent","metadata":{"name":"demo"},
             "spec":{"owner":null,"env":[{"name":"A","value":"\ud83d\ude00 \\ud83d \/ \t\u00e9"}],"suspended":true}}
            """#
        let manifests = try ManifestDecoder().decode(text.utf8, source: "a.json")
        guard case .agent(let agent)? = manifests.first?.resource else {
            Issue.record("no agent")
            return
        }
        #expect(agent.spec.env == [EnvironmentVariable(name: "A", value: "😀 \\ud83d / \té")])
        #expect(agent.spec.owner == nil && agent.spec.suspended == true)
    }

    static let refused: [(String, [String])] = [
        ("spec: {egres: {}}", ["a.yaml:4: spec.egres: unknown field; did you mean `egress`?"]),
        (
            "spec: {workspace: {sise: 1Gi, class: x}}",
            [
                "a.yaml:4: spec.workspace.sise: unknown field; did you mean `size`?",
                "a.yaml:4: spec.workspace.class: unknown field; there are size, storageClassName, reclaim",
            ]
        ),
        ("spec: {command: python3}", ["a.yaml:4: spec.command: must be a list, not text"]),
        ("spec: []", ["a.yaml:4: spec: must be a mapping of fields, not a list"]),
        (
            "spec:\n  command: [sleep, 5]",
            ["a.yaml:5: spec.command[1]: must be text, not a number; put it in quotes: \"5\""]
        ),
        (
            "spec:\n  command: [echo, no]",
            ["a.yaml:5: spec.command[1]: must be text, not a boolean to some readers; put it in quotes: \"no\""]
        ),
        ("spec: {command: [a, ~]}", ["a.yaml:4: spec.command[1]: must be text, not empty"]),
        ("spec: {suspended: yes}", ["a.yaml:4: spec.suspended: must be true or false, not a boolean to some readers"]),
        ("spec: {suspended: \"true\"}", ["a.yaml:4: spec.suspended: must be true or false, not text"]),
        (
            "spec: {egress: {allow: [{host: a.example.com, ports: [\"443\", 0443, 4_43, 1.5]}]}}",
            [
                "a.yaml:4: spec.egress.allow[0].ports[0]: must be a whole number, not text",
                "a.yaml:4: spec.egress.allow[0].ports[1]: must be a whole number, not a number",
                "a.yaml:4: spec.egress.allow[0].ports[2]: must be a whole number, not a number",
                "a.yaml:4: spec.egress.allow[0].ports[3]: must be a whole number, not a number",
            ]
        ),
        ("spec: {egress: {allow: [{ports: [443]}]}}", ["a.yaml:4: spec.egress.allow[0].host: missing; give text"]),
        (
            "spec: {egress: {default: Deny}}",
            ["a.yaml:4: spec.egress.default: \"Deny\": must be one of deny, ask, observe; did you mean `deny`?"]
        ),
        ("spec: {ttl: 1h}\nspec: {}", ["a.yaml:4: \"spec\": given twice; keep one of them"]),
        ("spec: {owner: a, \"owner\": b}", ["a.yaml:4: \"owner\": given twice; keep one of them"]),
        ("spec: {<<: {owner: a}}", ["a.yaml:4: spec: merge keys (`<<`) are not supported; write the fields out"]),
        ("spec: {[a]: b}", ["a.yaml:4: spec: a field's name must be text, not a list"]),
        (
            "spec: {owner: !!binary aGk=}",
            ["a.yaml:4: the tag \"tag:yaml.org,2002:binary\" is not supported; leave it out"]
        ),
        (
            "spec: {egress: {allow: [{host: *.example.com}]}}",
            ["a.yaml:4: a value that starts with `*` must stand in quotes, as \"*.example.com\""]
        ),
        ("", ["a.yaml:1: spec: missing; give a mapping of fields"]),
        (
            "spec:\n\towner: a",
            [
                "a.yaml:5: a tab or special character where a value should begin; indent with spaces, put the value in quotes"
            ]
        ),
        (
            "spec: {labels: {a: {b: c}}}",
            [
                "a.yaml:4: spec.labels: unknown field; there are owner, template, image, command, env, workspace, "
                    + "resources, runtimeClassName, secrets, egress, ingress, idle, suspended, ttl, "
                    + "ttlAction, wake"
            ]
        ),
        (
            "spec: {}\nstatus: {conditions: [{type: Ready, status: true, reason: R, message: m}]}",
            [
                "a.yaml:5: status.conditions[0].status: \"true\": must be one of True, False, Unknown; did you mean `True`?"
            ]
        ),
        (
            "spec: {}\n\"a\\e[31m\": 1",
            ["a.yaml:5: \"a\\u{1b}[31m\": unknown field; there are apiVersion, kind, metadata, spec, status"]
        ),
    ]

    @Test(arguments: ["finalizers: [a/b]", "ownerReferences: []", "deletionTimestamp: 2026-01-01T00:00:00Z"])
    func `Metadata that only a cluster has is refused`(field: String) throws {
        let text = "apiVersion: palana.dev/v1alpha1\nkind: Agent\nmetadata: {name: demo, \(field)}\nspec: {}\n"
        let found = problems(text)
        #expect(found.count == 1)
        let name = try #require(field.split(separator: ":").first)
        #expect(found.first?.hasPrefix("a.yaml:3: metadata.\(name): unknown field") == true)
    }

    @Test(arguments: refused.indices)
    func `What does not fit is refused with line, path and advice`(index: Int) {
        let (text, expected) = Self.refused[index]
        #expect(problems(Self.head + text) == expected)
    }

    @Test(arguments: [
        ("a: 1", "a.yaml:1: apiVersion: missing; write `apiVersion: palana.dev/v1alpha1`"),
        ("apiVersion: v1\nkind: Agent", "a.yaml:1: apiVersion: \"v1\": must be palana.dev/v1alpha1"),
        (
            "apiVersion: palana.dev/v1alpha1\nkind: agents",
            "a.yaml:2: kind: \"agents\": must be one of Agent, AgentTemplate, EgressPolicy, KillSwitch, Tenant; did you mean `Agent`?"
        ),
        (
            "apiVersion: palana.dev/v1alpha1",
            "a.yaml:1: kind: missing; write `kind: Agent, AgentTemplate, EgressPolicy, KillSwitch, Tenant`"
        ),
        ("[1, 2]", "a.yaml:1: must be a mapping with apiVersion, kind, metadata and spec, not a list"),
        ("hello", "a.yaml:1: must be a mapping with apiVersion, kind, metadata and spec, not text"),
        ("", "a.yaml: nothing in it; give at least one document with apiVersion, kind, metadata and spec"),
        (
            "# only a comment\n---\n...\n",
            "a.yaml: nothing in it; give at least one document with apiVersion, kind, metadata and spec"
        ),
    ])
    func `What is no document of ours is refused`(text: String, problem: String) {
        #expect(problems(text) == [problem])
    }

    @Test func `An object given twice is refused`() {
        let text = Self.head + "spec: {}\n---\n" + Self.head + "spec: {}\n"
        #expect(
            problems(text) == ["a.yaml:6: metadata.name: Agent/demo is already given in line 1; keep one of them"])
    }

    @Test func `The problems of all documents are told at once`() {
        let text = Self.head + "spec: {a: 1, b: 2}\n---\nkind: x\n"
        #expect(problems(text).count == 3)
    }
}
