import Foundation
import Manifests
import PalanaCore
import Testing

@Suite struct ManifestEncoderTests {
    /// Every field of every kind, so that a field that the schema or the kind forgot shows.
    static let full: [Resource] = [
        .agent(
            Agent(
                metadata: metadata,
                spec: AgentSpec(
                    owner: "alice@example.com", template: "t", image: "/srv/rootfs",
                    command: ["sh", "-c", "echo 1\necho 2\n"],
                    env: [.init(name: "A", value: "yes")],
                    workspace: Workspace(size: "1Gi", storageClassName: "s", reclaim: .retain),
                    resources: Resources(limits: .init(cpu: "1", memory: "2Gi")), runtimeClassName: "gvisor",
                    secrets: [
                        AgentSecret(
                            name: "K", mode: .proxy, hosts: ["a.example.com"], positions: [.header],
                            placeholder: "k-{random:32}")
                    ],
                    egress: Egress(default: .observe, allow: [rule], peers: [Peer(agent: "bob/x", port: 1)]),
                    ingress: Ingress(port: 80, peers: [Peer(agent: "bob/x", port: 1)]),
                    idle: Idle(after: "30m", warnBefore: "5m", action: .suspend), suspended: true, ttl: "1h"),
                status: AgentStatus(
                    phase: .running, conditions: [condition], namespace: "agent-x",
                    lastActivity: Timestamp("2026-01-01T00:00:00Z"),
                    placeholders: [.init(secret: "K", value: "k-x")]))),
        .agentTemplate(
            AgentTemplate(
                metadata: metadata,
                spec: AgentTemplateSpec(
                    image: "/srv/rootfs", command: ["a"], env: [.init(name: "A", value: "1")],
                    resources: Resources(limits: .init(cpu: "500m")), secrets: [AgentSecret(name: "K")],
                    egress: Egress(allow: []), idle: Idle(after: "1h")))),
        .egressPolicy(
            EgressPolicy(
                metadata: metadata,
                spec: EgressPolicySpec(
                    agentSelector: AgentSelector(labels: ["a": "b"], owners: ["alice"]), allow: [rule], deny: [rule],
                    rego: "package x\n\ndeny if true\n", grants: false),
                status: EgressPolicyStatus(conditions: [condition]))),
    ]

    private static let metadata = ObjectMeta(
        name: "demo", namespace: "user-x", labels: ["b": "1", "a": "2"], annotations: ["note": "a: b # c"], uid: "u",
        generation: 2, resourceVersion: "7", creationTimestamp: Timestamp("2026-01-01T00:00:00Z"))
    private static let rule = EgressRule(
        host: "*.example.com", ports: [443], methods: ["GET"], paths: ["/**"], credentials: .any, cookies: .allow)
    private static let condition = Condition(
        type: "Ready", status: .true, reason: "Up", message: "all good", observedGeneration: 2,
        lastTransitionTime: Timestamp("2026-01-01T00:00:00Z"))

    @Test func `YAML that was written is read back as the same objects`() throws {
        let text = try ManifestEncoder().yaml(Self.full)
        let read = try ManifestDecoder().decode(text.utf8, source: "x").map(\.resource)
        #expect(read == Self.full)
        #expect(try ManifestEncoder().yaml(read) == text)
    }

    @Test(arguments: full)
    func `JSON that was written is read back as the same object`(resource: Resource) throws {
        let text = try ManifestEncoder().json(resource)
        #expect(try ManifestDecoder().decode(text.utf8, source: "x").map(\.resource) == [resource])
        #expect(try JSONDecoder().decode(Resource.self, from: Data(text.utf8)) == resource)
    }

    @Test func `Fields stand in the order of the design`() throws {
        let text = try ManifestEncoder().yaml([Self.full[0]])
        let top = text.split(separator: "\n").filter { $0.first?.isLetter == true }
        #expect(top.map { $0.prefix { $0 != ":" } } == ["apiVersion", "kind", "metadata", "spec", "status"])
        let spec = text.split(separator: "\n").filter { $0.hasPrefix("  ") && $0.dropFirst(2).first?.isLetter == true }
        let names = spec.map { String($0.dropFirst(2).prefix { $0 != ":" }) }
        #expect(names.contains("owner") && names.firstIndex(of: "owner") ?? 0 < names.firstIndex(of: "template") ?? 0)
        #expect(!text.hasPrefix("---"))
    }

    @Test(arguments: [
        "yes", "no", "on", "null", "~", "true", "1", "1.0", "0x10", "1e3", "12:30", "2026-01-01", "", " a", "a ", "- a",
        "a: b", "# c",
        "*a", "&a", "!a", "%a", "@a", "`a", "{a", "[a", "'a", "\"a", "a\nb", "a\n", "\na", "a\n\n", "  a\nb", "a \nb",
        "a\tb", "a\r\nb",
        "\u{0}", "\u{1b}[31m", "\u{85}", "\u{2028}", "a\u{FEFF}b", "😀", "ä", "a\\b", "|", ">", "?", "-", "=", "<<",
        ".inf", "0o7", "1_000",
        "---", "...", "--- a\n...\n", String(repeating: "long words ", count: 40),
    ])
    func `Any text survives YAML and JSON`(text: String) throws {
        let agent = Agent(metadata: ObjectMeta(name: "demo"), spec: AgentSpec(env: [.init(name: "A", value: text)]))
        let yaml = try ManifestEncoder().yaml([.agent(agent)])
        #expect(try ManifestDecoder().decode(yaml.utf8, source: "x").map(\.resource) == [.agent(agent)], "\(yaml)")
        let json = try ManifestEncoder().json(.agent(agent))
        #expect(try ManifestDecoder().decode(json.utf8, source: "x").map(\.resource) == [.agent(agent)], "\(json)")
    }

    @Test func `A list is one JSON document with its items`() throws {
        let text = try ManifestEncoder().json(list: Self.full)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["kind"] as? String == "List")
        #expect((object["items"] as? [Any])?.count == 3)
        #expect(try ManifestEncoder().json(list: []).contains("\"items\": []"))
    }
}
