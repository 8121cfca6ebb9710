import Foundation
import KubernetesClient
import Logging
import PalanaCore
import Testing

@testable import Operator

@Suite("The bytes of an admission")
struct AdmissionDeskTests {
    struct Failing: Admission {
        struct Surprise: Error {}

        func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict { throw Surprise() }
    }

    private func desk() -> AdmissionDesk {
        AdmissionDesk(
            directory: WebhookSamples.directory(), reviewer: ReviewerFake(), compiler: CompilerFake(),
            platformNamespace: "palana-system", logger: Logger(label: "test"))
    }

    private func answer(_ text: String, _ path: WebhookPath, desk: AdmissionDesk? = nil) async throws -> JSONValue? {
        guard let data = await (desk ?? self.desk()).answer(Data(text.utf8), at: path) else { return nil }
        return try JSONDecoder().decode(JSONValue.self, from: data)
    }

    private func agent(_ spec: String) -> String {
        #"{"apiVersion": "palana.dev/v1alpha1", "kind": "Agent", "metadata": {"name": "demo"}, "spec": \#(spec)}"#
    }

    private func review(
        _ object: String, kind: String = "Agent", version: String = "admission.k8s.io/v1"
    ) -> String {
        """
        {"apiVersion": "\(version)", "kind": "AdmissionReview", "request": {
          "uid": "u-1", "kind": {"group": "palana.dev", "version": "v1alpha1", "kind": "\(kind)"},
          "resource": {"group": "palana.dev", "version": "v1alpha1", "resource": "agents"},
          "name": "demo", "namespace": "\(WebhookSamples.home)", "operation": "CREATE", "dryRun": false,
          "userInfo": {"username": "alice@example.com", "groups": ["system:authenticated"], "extra": {"a": ["b"]}},
          "object": \(object), "oldObject": null, "options": {"kind": "CreateOptions"}}}
        """
    }

    @Test("a request that may pass gets its patch in base64")
    func passes() async throws {
        let answer = try #require(
            try await answer(review(#"{"metadata": {"name": "demo"}, "spec": {"image": "i"}}"#), .setOwner))
        #expect(answer["apiVersion"] == "admission.k8s.io/v1")
        let response = try #require(answer["response"])
        #expect(response["uid"] == "u-1" && response["allowed"] == true && response["patchType"] == "JSONPatch")
        let patch = try #require(Data(base64Encoded: response["patch"]?.text ?? ""))
        #expect(
            try JSONDecoder().decode(JSONValue.self, from: patch) == [
                ["op": "add", "path": "/spec/owner", "value": "alice@example.com"]
            ])
    }

    @Test("a refusal names each field with its reason, as the API server's own do")
    func refusal() async throws {
        let object = agent(#"{"image": "/x", "owner": "alice@example.com", "ttl": "1h"}"#)
        let status = try #require(try await answer(review(object), .checkAgents)?["response"]?["status"])
        #expect(status["code"] == 422 && status["reason"] == "Invalid")
        #expect(status["details"]?["kind"] == "Agent" && status["details"]?["name"] == "demo")
        #expect(
            status["details"]?.items("causes") == [
                [
                    "reason": "FieldValueInvalid", "field": "spec.image",
                    "message": "\"/x\": a folder of one machine; name an image like ghcr.io/example/agent:1",
                ],
                ["reason": "FieldValueInvalid", "field": "spec.ttl", "message": "not supported yet"],
            ])
    }

    @Test(
        "what can't be read is refused",
        arguments: [
            #"{"request": {"uid": "u-1"}}"#,
            #"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1"}}"#,
            #"{"apiVersion": "admission.k8s.io/v1beta1", "kind": "AdmissionReview", "request": {"uid": "u-1", "kind": {"group": "", "version": "", "kind": ""}, "operation": "CREATE", "userInfo": {}}}"#,
            #"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "u-1", "kind": {"group": "", "version": "", "kind": ""}, "operation": "STEAL", "userInfo": {}}}"#,
        ])
    func malformed(text: String) async throws {
        for path in WebhookPath.allCases {
            let response = try #require(try await answer(text, path)?["response"])
            #expect(response["uid"] == "u-1" && response["allowed"] == false)
        }
    }

    @Test(
        "what names no question gets no answer",
        arguments: ["", "x", "[]", "{}", "{\"request\": {}}", "{\"request\": null}"])
    func nonsense(text: String) async throws {
        #expect(try await answer(text, .checkAgents) == nil)
        #expect(try await answer(String(repeating: "[", count: 100_000), .checkAgents) == nil)
    }

    @Test(
        "objects of any shape are refused, never a crash",
        arguments: [
            "null", "1", "\"x\"", "[]", "{}", #"{"spec": 1}"#, #"{"metadata": {"name": 1}, "spec": {}}"#,
            #"{"metadata": {"name": "a"}, "spec": {"egress": {"allow": "x"}}}"#,
            #"{"metadata": {"name": "a"}, "spec": {"resources": {"limits": {"cpu": {"a": 1}}}}}"#,
        ])
    func shapes(object: String) async throws {
        for path in [
            WebhookPath.checkAgents, .checkTemplates, .checkPolicies, .checkKillSwitches, .checkTenants, .checkPods,
        ] {
            let kind = path == .checkAgents ? "Agent" : "Thing"
            let response = try #require(try await answer(review(object, kind: kind), path)?["response"])
            #expect(response["allowed"] == false, "\(path) \(object)")
        }
    }

    @Test("a bad field is named, its value is not repeated")
    func badField() async throws {
        let object =
            #"{"apiVersion": "palana.dev/v1alpha1", "kind": "Agent", "metadata": {"name": "a"}, "spec": {"env": [{"name": "A", "value": {"secret": "hunter2"}}]}}"#
        let message = try await answer(review(object), .checkAgents)?["response"]?["status"]?["message"]?.text ?? ""
        #expect(message.hasPrefix("the Agent can't be read: spec.env[0].value: "), "\(message)")
        #expect(!message.contains("hunter2"))
    }

    @Test("a webhook that fails in an unexpected way, or isn't there, says no")
    func surprises() async throws {
        let failing = AdmissionDesk([.checkAgents: Failing()], logger: Logger(label: "test"))
        for path in [WebhookPath.checkAgents, .checkPods] {
            let response = try #require(try await answer(review("{}"), path, desk: failing)?["response"])
            #expect(response["allowed"] == false)
        }
    }

    @Test("a patch reaches members whose names have slashes and tildes")
    func pointers() {
        let steps = JSONPatch.steps(
            from: ["a/b": 1, "c": ["d~e": 1, "f": [1]], "g": 1], to: ["a/b": 2, "c": ["d~e": 1, "f": [2], "h": 1]])
        #expect(
            steps == [
                JSONPatchStep(.replace, "/a~1b", 2), JSONPatchStep(.replace, "/c/f", [2]),
                JSONPatchStep(.add, "/c/h", 1), JSONPatchStep(.remove, "/g"),
            ])
    }
}
