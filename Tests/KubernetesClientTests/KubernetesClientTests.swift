import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("Calls of the API server")
struct KubernetesClientTests {
    private static let map = ConfigMap(metadata: ObjectMeta(name: "a", namespace: "n"), data: ["k": "v"])

    @Test("Each call goes to its place, with its method, query and type of content")
    func places() async throws {
        try await serve { _ in
            APIServerStub.Answer(200, configMap("a", version: 1))
        } _: { stub, client in
            _ = try await client.get(ConfigMap.self, "a", in: "n")
            try await client.create(Self.map)
            try await client.apply(Self.map, fieldManager: "me")
            try await client.applyStatus(Self.map, fieldManager: "me", force: false)
            try await client.patch(ConfigMap.self, "a", in: "n", ["data": .null])
            try await client.patchStatus(ConfigMap.self, "a", in: "n", ["status": ["x": 1]])
            #expect(
                try await client.delete(ConfigMap.self, "a", in: "n", DeleteOptions(propagation: .foreground, uid: "u"))
            )
            let path = "/api/v1/namespaces/n/configmaps"
            let seen = stub.log.map { "\($0.method) \($0.path) \($0.header("content-type").first ?? "-")" }
            #expect(
                seen == [
                    "GET \(path)/a -", "POST \(path) application/json",
                    "PATCH \(path)/a application/apply-patch+yaml",
                    "PATCH \(path)/a/status application/apply-patch+yaml",
                    "PATCH \(path)/a application/merge-patch+json",
                    "PATCH \(path)/a/status application/merge-patch+json", "DELETE \(path)/a application/json",
                ])
            #expect(stub.log[2].query == ["fieldManager": "me", "force": "true"])
            #expect(stub.log[3].query == ["fieldManager": "me", "force": "false"])
            let status = try JSONDecoder().decode(JSONValue.self, from: stub.log[3].body)
            #expect(status["data"] == nil && status["status"] == [:] && status["metadata"]?["name"] == "a")
            let options = try JSONDecoder().decode(JSONValue.self, from: stub.log[6].body)
            #expect(options["propagationPolicy"] == "Foreground" && options["preconditions"] == ["uid": "u"])
        }
    }

    @Test("Requests are counted by what they are for")
    func counts() async throws {
        try await serve { _ in
            APIServerStub.Answer(200, configMap("a", version: 1))
        } _: { _, client in
            _ = try await client.get(ConfigMap.self, "a", in: "n")
            try await client.apply(Self.map, fieldManager: "me")
            #expect(client.requests.total == 2 && client.requests.writes == 1 && client.requests[.get] == 1)
        }
    }

    @Test("Lists come in pages of 500, with selectors; the same objects are not lost or doubled")
    func pages() async throws {
        try await serve { request in
            switch request.query["continue"] {
            case nil: APIServerStub.Answer(200, page([configMap("a", version: 1)], version: 9, next: "2/x"))
            case "2/x": APIServerStub.Answer(200, page([configMap("b", version: 2)], version: 9))
            default: .failure(400, "BadRequest")
            }
        } _: { stub, client in
            let list = try await client.list(
                ConfigMap.self, in: "n", where: Selection(labels: "x=y,!z", fields: "metadata.name=q"))
            #expect(list.items.map(\.metadata.name) == ["a", "b"] && list.resourceVersion == "9")
            #expect(stub.log[0].query["limit"] == "500" && stub.log[0].query["labelSelector"] == "x=y,!z")
            #expect(stub.log[1].query["fieldSelector"] == "metadata.name=q")
        }
    }

    @Test("A page that expired makes the list begin again without pages")
    func expiredPage() async throws {
        let answers = Script([
            APIServerStub.Answer(200, page([configMap("a", version: 1)], version: 9, next: "x")),
            .failure(410, "Expired"),
            APIServerStub.Answer(200, page([configMap("a", version: 1), configMap("b", version: 2)], version: 12)),
        ])
        try await serve { _ in
            answers.next()
        } _: { stub, client in
            let list = try await client.list(ConfigMap.self)
            #expect(list.items.count == 2 && list.resourceVersion == "12")
            #expect(stub.log.last?.query["limit"] == nil)
        }
    }

    @Test("One object that can't be read doesn't hide the others")
    func unreadable() async throws {
        let bad = #"{"metadata":{"name":"bad","namespace":"n"},"data":{"k":7}}"#
        try await serve { _ in
            APIServerStub.Answer(200, page([bad, configMap("a", version: 1)], version: 9))
        } _: { _, client in
            let list = try await client.list(ConfigMap.self)
            #expect(list.items.map(\.metadata.name) == ["a"])
            #expect(list.unreadable == [ObjectKey("bad", in: "n"): "data.k has another type than it should"])
        }
    }

    @Test(
        "Each refusal is told apart",
        arguments: [
            (404, "NotFound", KubernetesFailure.Reason.notFound), (409, "AlreadyExists", .alreadyExists),
            (409, "Conflict", .conflict), (422, "Invalid", .invalid), (403, "Forbidden", .forbidden),
            (410, "Gone", .expired), (500, "InternalError", .unavailable), (503, "", .unavailable),
            (504, "Timeout", .unavailable), (401, "Unauthorized", .unauthorized), (405, "MethodNotAllowed", .refused),
        ])
    func refusals(_ code: Int, _ reason: String, _ expected: KubernetesFailure.Reason) async throws {
        try await serve { _ in
            .failure(code, reason, "because of x")
        } _: { _, client in
            let failed = await failure { () async throws(KubernetesFailure) in try await client.create(Self.map) }
            #expect(failed?.reason == expected && failed?.code == code)
            #expect(failed?.message.hasPrefix("create configmaps n/a: because of x") == true)
        }
    }

    @Test("What can't be a name doesn't turn into another path", arguments: ["", ".", "..", "a/b", "a%2Fb"])
    func names(_ name: String) async throws {
        try await serve { _ in
            APIServerStub.Answer(200, configMap("a", version: 1))
        } _: { stub, client in
            let failed = await failure { () async throws(KubernetesFailure) in
                try await client.get(ConfigMap.self, name, in: "n")
            }
            #expect(failed?.reason == .malformed && stub.log.isEmpty)
        }
    }

    @Test("After 429 the same call is made again when the API server says, also one that makes something")
    func tooMany() async throws {
        let answers = Script([
            APIServerStub.Answer.failure(429, "TooManyRequests", headers: ["Retry-After": "1"]),
            APIServerStub.Answer(200, configMap("a", version: 1)),
        ])
        try await serve { _ in
            answers.next()
        } _: { stub, client in
            let start = ContinuousClock.now
            try await client.create(Self.map)
            #expect(ContinuousClock.now - start >= .seconds(1) && stub.log.count == 2)
        }
    }

    @Test("A flood of 429 ends in a failure that says how long to wait")
    func flood() async throws {
        try await serve(timeout: .seconds(2)) { _ in
            .failure(429, "TooManyRequests", headers: ["Retry-After": "30"])
        } _: { stub, client in
            let failed = await failure { () async throws(KubernetesFailure) in try await client.create(Self.map) }
            #expect(failed?.reason == .tooManyRequests && failed?.retryAfter == .seconds(30) && stub.log.count == 1)
        }
    }

    @Test("A connection that breaks: reading is repeated, making is not")
    func broken() async throws {
        let answers = Script([
            APIServerStub.Answer(200, ["{\"metadata\""], .cut), APIServerStub.Answer(200, configMap("a", version: 1)),
        ])
        try await serve { _ in
            answers.next()
        } _: { stub, client in
            _ = try await client.get(ConfigMap.self, "a", in: "n")
            #expect(stub.log.count == 2)
        }
        try await serve { _ in
            APIServerStub.Answer(200, ["{"], .cut)
        } _: { stub, client in
            let failed = await failure { () async throws(KubernetesFailure) in try await client.create(Self.map) }
            #expect(failed?.reason == .unreachable && stub.log.count == 1)
        }
    }

    @Test("An API server that says nothing is given up on in time")
    func silent() async throws {
        try await serve(timeout: .milliseconds(300)) { _ in
            APIServerStub.Answer(200, ["{"], .silence)
        } _: { _, client in
            let failed = await failure { () async throws(KubernetesFailure) in
                try await client.get(ConfigMap.self, "a", in: "n")
            }
            #expect(failed?.reason == .timedOut)
        }
    }

    @Test("Nobody there is said so")
    func nobody() async throws {
        let client = try KubernetesClient.stub("http://127.0.0.1:1", timeout: .seconds(20))
        let failed = await failure { () async throws(KubernetesFailure) in
            try await client.get(ConfigMap.self, "a", in: "n")
        }
        #expect(failed?.reason == .unreachable)
    }

    @Test(
        "Nonsense is said so, without a byte of it", arguments: ["<html>fake-leak", #"{"data":{"k":["fake-leak"]}}"#])
    func nonsense(_ body: String) async throws {
        try await serve { _ in
            APIServerStub.Answer(200, body)
        } _: { _, client in
            let failed = await failure { () async throws(KubernetesFailure) in
                try await client.get(ConfigMap.self, "a", in: "n")
            }
            #expect(failed?.reason == .malformed && failed?.message.contains("fake-leak") == false)
        }
    }

    @Test("What the API server quotes of a Secret or a token is not passed on")
    func quotes() async throws {
        try await serve { _ in
            .failure(400, "BadRequest", "fake-leak")
        } _: { _, client in
            let secret = KubernetesSecret(metadata: ObjectMeta(name: "s", namespace: "n"))
            let review = TokenReview(spec: TokenReview.Spec(token: PalanaCore.Secret("fake-token")))
            let failures = [
                await failure { () async throws(KubernetesFailure) in try await client.create(secret) },
                await failure { () async throws(KubernetesFailure) in
                    try await client.apply(secret, fieldManager: "me")
                }, await failure { () async throws(KubernetesFailure) in try await client.review(review) },
            ]
            for failed in failures {
                #expect(failed?.reason == .badRequest && "\(failed as Any)".contains("fake-") == false)
            }
        }
    }

    @Test("Acting for another user says so in headers; a header can't be smuggled in")
    func impersonation() async throws {
        try await serve { _ in
            APIServerStub.Answer(200, configMap("a", version: 1))
        } _: { stub, client in
            let user = Impersonation(
                user: "ann@ex.co", groups: ["one", "two"], extra: ["example.com/Scope": ["x"]])
            _ = try await client.impersonating(user).get(ConfigMap.self, "a", in: "n")
            #expect(stub.log[0].header("Impersonate-User") == ["ann@ex.co"])
            #expect(stub.log[0].header("Impersonate-Group") == ["one", "two"])
            #expect(stub.log[0].header("Impersonate-Extra-example.com%2F%53cope") == ["x"])
            _ = try await client.get(ConfigMap.self, "a", in: "n")
            #expect(stub.log[1].header("Impersonate-User").isEmpty)
            for bad in ["ann\r\nImpersonate-Group: system:masters", ""] {
                let failed = await failure { () async throws(KubernetesFailure) in
                    try await client.impersonating(Impersonation(user: bad)).get(ConfigMap.self, "a", in: "n")
                }
                #expect(failed?.reason == .configuration && stub.log.count == 2)
            }
        }
    }

    @Test("A kind that older servers only have in a beta is called in the version that is served")
    func discovered() async throws {
        try await serve { request in
            switch request.path {
            case "/apis/discovery.k8s.io/v1": .failure(404, "NotFound")
            case "/apis/discovery.k8s.io/v1beta1":
                APIServerStub.Answer(
                    200,
                    #"{"resources":[{"name":"endpointslices","kind":"EndpointSlice","namespaced":true,"verbs":[]}]}"#)
            default:
                APIServerStub.Answer(
                    200, #"{"metadata":{"name":"a","namespace":"n"},"addressType":"IPv4","endpoints":[]}"#)
            }
        } _: { stub, client in
            for _ in 0..<2 {
                try await client.apply(
                    EndpointSlice(metadata: ObjectMeta(name: "a", namespace: "n"), addressType: "IPv4"),
                    fieldManager: "me")
            }
            #expect(stub.log.count == 4)
            #expect(stub.log[3].path == "/apis/discovery.k8s.io/v1beta1/namespaces/n/endpointslices/a")
            let body = try JSONDecoder().decode(JSONValue.self, from: stub.log[3].body)
            #expect(body["apiVersion"] == "discovery.k8s.io/v1beta1")
        }
    }

    @Test("Deleting what isn't there is no failure; a precondition that fails is one")
    func deletes() async throws {
        let answers = Script([APIServerStub.Answer.failure(404, "NotFound"), .failure(409, "Conflict")])
        try await serve { _ in
            answers.next()
        } _: { _, client in
            let wasThere = try await client.delete(ConfigMap.self, "a", in: "n")
            #expect(!wasThere)
            let failed = await failure { () async throws(KubernetesFailure) in
                try await client.delete(ConfigMap.self, "a", in: "n", DeleteOptions(uid: "u"))
            }
            #expect(failed?.reason == .conflict)
        }
    }
}
