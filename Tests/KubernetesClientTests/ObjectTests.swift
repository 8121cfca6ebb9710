import Foundation
import PalanaCore
import Testing

@testable import KubernetesClient

@Suite("Objects on the wire")
struct ObjectTests {
    @Test(
        "A time with microseconds keeps six digits",
        arguments: [
            ("2026-01-02T03:04:05.000006Z", "2026-01-02T03:04:05.000006Z"),
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"),
            ("2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.100000Z"),
            ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z"),
            ("2026-01-02T05:04:05.5+02:00", "2026-01-02T03:04:05.500000Z"),
        ])
    func microTime(_ text: String, _ written: String) throws {
        #expect(MicroTime(text)?.description == written)
        #expect(try JSONDecoder().decode(MicroTime.self, from: Data("\"\(text)\"".utf8)) == MicroTime(written))
    }

    @Test("What is no time is refused", arguments: ["", "now", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05.x1Z"])
    func noTime(_ text: String) {
        #expect(MicroTime(text) == nil)
    }

    @Test("An object gets its apiVersion and kind, and an apply leaves out what isn't its own")
    func typed() throws {
        var map = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n"), data: ["k": "v"])
        map.metadata.generation = 3
        map.metadata.creationTimestamp = Timestamp("2026-01-01T00:00:00Z")
        let body = try Wire.typed(map, as: ConfigMap.type).forApplying
        #expect(
            body == [
                "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "n"],
                "data": ["k": "v"],
            ])
    }

    @Test("Metadata without a name, and times that are null, are read")
    func bareMetadata() throws {
        let text = #"{"metadata":{"creationTimestamp":null},"data":null}"#
        let map = try JSONDecoder().decode(ConfigMap.self, from: Data(text.utf8))
        #expect(map.metadata.name.isEmpty && map.data == nil)
    }

    @Test("Owners and finalizers are read and written")
    func owners() throws {
        var agent = Agent(metadata: ObjectMeta(name: "a", uid: "u"))
        agent.metadata.finalizers = ["palana.dev/agent"]
        let owner = try #require(agent.ownerReference())
        #expect(owner.apiVersion == "palana.dev/v1alpha1" && owner.kind == "Agent" && owner.controller == true)
        agent.metadata.ownerReferences = [owner]
        let copy = try JSONDecoder().decode(Agent.self, from: JSONEncoder().encode(agent))
        #expect(copy == agent)
    }

    @Test("A value becomes the same JSON with and without the detour over text")
    func encoder() throws {
        let time = try #require(MicroTime("2026-01-02T03:04:05.000006Z"))
        let values: [any Encodable] = [
            ConfigMap(
                metadata: ObjectMeta(
                    name: "ä\"", namespace: "n", labels: [:], generation: 3, creationTimestamp: .now()),
                data: ["a": "b", "": "\n"], binaryData: ["x": Data([0, 1, 255])], immutable: true),
            Lease(metadata: ObjectMeta(name: "l"), spec: .init(leaseDurationSeconds: 7, renewTime: time)),
            KubernetesService.Port(name: nil, port: 1, targetPort: "x"), [1, 2, 3], [[String]](), ["a": [nil, 1.5]],
            Agent(
                metadata: ObjectMeta(name: "a", finalizers: ["f"]),
                spec: AgentSpec(
                    secrets: [AgentSecret(name: "S", mode: .proxy, positions: [.header])],
                    egress: Egress(allow: [EgressRule(host: "h", ports: [443])]), suspended: false)),
            CustomResourceDefinition.Schema(openAPIV3Schema: ["type": "object", "x": [1, .null, true, [:]]]),
            [UInt16(7)], [Int8(-1)], [Float(0.5)], [UInt64(9)],
        ]
        for value in values {
            let detour = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
            #expect(try JSONValue(of: value) == detour, "\(value)")
        }
        #expect(throws: KubernetesFailure.self) { try JSONValue(of: [UInt64.max]) }
    }

    @Test(
        "An object covers what is wanted of it, and nothing less",
        arguments: [
            (#"{"a":1}"#, #"{"a":1,"b":2}"#, true), (#"{"a":1}"#, #"{"a":2}"#, false), (#"{"a":1}"#, "{}", false),
            (#"{"a":{}}"#, #"{"a":{}}"#, true), (#"{"a":{}}"#, #"{"a":{"x":1}}"#, false), (#"{"a":{}}"#, "{}", true),
            (#"{"a":[]}"#, "{}", true), (#"{"a":[]}"#, #"{"a":[1]}"#, false),
            (#"{"a":[{"b":1}]}"#, #"{"a":[{"b":1,"c":2}]}"#, true),
            (#"{"a":[1]}"#, #"{"a":[1,2]}"#, false), (#"{"a":[1,2]}"#, #"{"a":[2,1]}"#, false),
            (#"{"a":"x"}"#, #"{"a":1}"#, false), (#"{"a":1}"#, #"{"a":1.0}"#, true),
        ])
    func covers(_ wanted: String, _ there: String, _ expected: Bool) throws {
        let values = try [wanted, there].map { try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8)) }
        #expect(values[0].isCovered(by: values[1]) == expected)
    }

    @Test("The API server's own fields and the status don't count as wanted")
    func coversObjects() {
        let wanted = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n", labels: ["x": "y"]), data: ["k": "v"])
        var there = wanted
        there.metadata.uid = "u"
        there.metadata.labels?["other"] = "z"
        #expect(wanted.isCovered(by: there))
        there.data = ["k": "w"]
        #expect(!wanted.isCovered(by: there))
    }

    @Test("A selector matches as Kubernetes does")
    func selectors() {
        let labels = ["a": "1", "b": "2"]
        #expect(LabelSelector().matches(labels) && LabelSelector().matches(nil))
        #expect(LabelSelector(matchLabels: ["a": "1"]).matches(labels))
        #expect(!LabelSelector(matchLabels: ["a": "2"]).matches(labels))
        func expression(_ key: String, _ name: String, _ values: [String]? = nil) -> Bool {
            LabelSelector(matchExpressions: [.init(key, name, values)]).matches(labels)
        }
        #expect(expression("a", "In", ["1", "3"]) && !expression("a", "In", ["3"]) && !expression("c", "In", ["1"]))
        #expect(expression("a", "NotIn", ["3"]) && !expression("a", "NotIn", ["1"]) && expression("c", "NotIn", ["1"]))
        #expect(expression("a", "Exists") && !expression("c", "Exists"))
        #expect(expression("c", "DoesNotExist") && !expression("a", "DoesNotExist"))
        #expect(!expression("a", "Near", ["1"]))
    }

    @Test("No value of a Secret object, and no token of a review, is in a description")
    func hidden() throws {
        let secret = KubernetesSecret(
            metadata: ObjectMeta(name: "s", namespace: "n"), data: SecretData(["k": Data("fake-value".utf8)]))
        let review = TokenReview(spec: TokenReview.Spec(token: PalanaCore.Secret("fake-value")))
        for text in ["\(secret)", String(reflecting: secret), "\(review)", String(reflecting: review)] {
            #expect(!text.contains("fake-value") && !text.contains(Data("fake-value".utf8).base64EncodedString()))
        }
        let copy = try JSONDecoder().decode(KubernetesSecret.self, from: JSONEncoder().encode(secret))
        #expect(copy.data?.exposed["k"] == Data("fake-value".utf8))
    }
}
