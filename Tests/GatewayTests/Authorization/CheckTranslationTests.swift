import EnvoyAPI
import Foundation
import GRPCCore
import PalanaCore
import SwiftProtobuf
import TestSupport
import Testing

@testable import Gateway

@Suite("Envoy's words for a check")
struct CheckTranslationTests {
    private func check(_ headers: [(String, String)]) -> Envoy_Service_Auth_V3_CheckRequest {
        .with {
            $0.attributes.request.http = .with {
                $0.method = "GET"
                $0.path = "/v1/items?x=1"
                $0.host = "api.example.com"
                $0.scheme = "https"
                $0.protocol = "HTTP/2"
                $0.headerMap.headers = headers.map { header in
                    .with {
                        $0.key = header.0
                        $0.rawValue = Data(header.1.utf8)
                    }
                }
            }
            $0.attributes.tlsSession.sni = "api.example.com"
        }
    }

    private let metadata: Metadata = [
        "x-agent-id": "agent-alice-demo-0001", "x-palana-hop": "mitm", "x-connect-authority": "api.example.com:443",
    ]

    @Test("The identity comes from the call's metadata alone; doubled or empty values are nobody")
    func identity() {
        let caller = CheckTranslation.caller(from: metadata)
        #expect(
            caller
                == CallerIdentity(
                    agent: AgentID(rawValue: "agent-alice-demo-0001"), hop: .mitm,
                    connectAuthority: "api.example.com:443"))
        var doubled = metadata
        doubled.addString("agent-bob-other-0002", forKey: "x-agent-id")
        #expect(CheckTranslation.caller(from: doubled).agent == nil)
        #expect(
            CheckTranslation.caller(from: ["x-agent-id": "", "x-palana-hop": "other"])
                == CallerIdentity(agent: nil, hop: nil))
        #expect(CheckTranslation.caller(from: ["x-agent-id": "-"]).agent == nil)
    }

    @Test("Headers keep their order and doubles")
    func headers() {
        let request = CheckTranslation.request(
            from: check([("a", "1"), ("a", "2"), ("content-length", "7")]),
            caller: CheckTranslation.caller(from: metadata))
        #expect(request.headers.map(\.value) == ["1", "2", "7"])
        #expect(request.bodyBytes == 7)
        #expect(request.sni == "api.example.com")
        #expect(request.target == "/v1/items?x=1")
    }

    @Test("An admitted request carries the value, the mark for redaction and the decision's id")
    func admitted() async throws {
        let fixture = AuthorizerFixture()
        let verdict = await fixture.authorizer.authorize(
            CheckTranslation.request(
                from: check([("authorization", "Bearer \(AuthorizerFixture.token)"), ("x-egress-body", "0")]),
                caller: CheckTranslation.caller(from: metadata)))
        let response = CheckTranslation.response(to: verdict)
        #expect(response.status.code == 0)
        let set = Dictionary(uniqueKeysWithValues: response.okResponse.headers.map { ($0.header.key, $0.header.value) })
        #expect(set["authorization"] == "Bearer \(AuthorizerFixture.value)")
        #expect(set["x-egress-body"] == "3")
        #expect(!response.okResponse.headersToRemove.contains("x-egress-body"))
        let id = response.dynamicMetadata.fields["decision_id"]?.stringValue
        #expect(id == fixture.audit.events.last?.decisionID?.rawValue)
        #expect(response.okResponse.responseHeadersToAdd.first?.header.value == id)
    }

    @Test("An empty check is refused with JSON")
    func empty() async {
        let fixture = AuthorizerFixture()
        let verdict = await fixture.authorizer.authorize(
            CheckTranslation.request(
                from: Envoy_Service_Auth_V3_CheckRequest(), caller: CheckTranslation.caller(from: [:])))
        let response = CheckTranslation.response(to: verdict)
        #expect(response.status.code == 7)
        #expect(response.deniedResponse.status.code.rawValue == 403)
        #expect(response.deniedResponse.body.contains("unknown_agent"))
        #expect(response.deniedResponse.headers.map(\.header.key) == ["content-type", "x-palana-decision"])
    }
}
