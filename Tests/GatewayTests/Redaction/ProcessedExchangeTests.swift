import EnvoyAPI
import Foundation
import GRPCCore
import PalanaCore
import ServiceSupport
import SwiftProtobuf
import TestSupport
import Testing

@testable import Gateway

@Suite("An exchange with a secret in it")
struct ProcessedExchangeTests {
    typealias Message = Envoy_Service_ExtProc_V3_ProcessingRequest

    static let value = "fake-real-value-42"
    static let stand = "ghp_PlaceholderPlaceholder0123456789abcd"
    static let agent = AgentID(rawValue: "agent-alice-demo-0001")
    static let id = DecisionID(rawValue: "decision1")

    private func exchange(agent: AgentID? = Self.agent) throws -> (ProcessedExchange, RedactionPlans) {
        let plans = RedactionPlans()
        let sent = "git:\(Self.stand)"
        plans.remember(
            [
                InjectedValue(value: Secret(Self.value), replacement: Self.stand),
                InjectedValue(value: Secret("git:\(Self.value)"), replacement: sent),
            ], for: Self.id, of: Self.agent, at: Date())
        return (ProcessedExchange(plans: plans, agent: agent), plans)
    }

    private func head(
        _ fields: [(String, String)], id: String = Self.id.rawValue, ends: Bool = false
    ) -> Message {
        .with {
            $0.responseHeaders = .with {
                $0.headers.headers = fields.map { field in
                    .with {
                        $0.key = field.0
                        $0.rawValue = Data(field.1.utf8)
                    }
                }
                $0.endOfStream = ends
            }
            $0.metadataContext.filterMetadata["envoy.filters.http.ext_authz"] = Google_Protobuf_Struct(
                fields: ["decision_id": Google_Protobuf_Value(stringValue: id)])
        }
    }

    private func body(_ text: String, ends: Bool) -> Message {
        .with {
            $0.responseBody.body = Data(text.utf8)
            $0.responseBody.endOfStream = ends
        }
    }

    @Test("Headers, body and trailers lose the value; the length goes with it")
    func redacted() throws {
        var (exchange, _) = try exchange()
        let answers = try exchange.answer(
            to: head([
                (":status", "302"), ("content-length", "100"), ("location", "https://x/?t=\(Self.value)"),
                ("set-cookie", "a=1"), ("set-cookie", "b=\(Self.value)"), ("x-plain", "1"), ("x-\(Self.value)", "1"),
            ]))
        let mutation = try #require(answers.first).responseHeaders.response.headerMutation
        let set = mutation.setHeaders.map { "\($0.header.key): \(String(decoding: $0.header.rawValue, as: UTF8.self))" }
        #expect(set == ["location: https://x/?t=\(Self.stand)", "set-cookie: a=1", "set-cookie: b=\(Self.stand)"])
        #expect(
            mutation.setHeaders.map(\.appendAction) == [
                .overwriteIfExistsOrAdd, .overwriteIfExistsOrAdd, .appendIfExistsOrAdd,
            ])
        #expect(mutation.removeHeaders == ["x-\(Self.value)", "content-length"])
        let basic = Data("git:\(Self.value)".utf8).base64EncodedString()
        let first = try exchange.answer(to: body("a \(basic) fake-real-", ends: false))
        #expect(
            first.map(\.responseBody.response.bodyMutation.streamedResponse.body) == [
                Data("a \(Data("git:\(Self.stand)".utf8).base64EncodedString()) ".utf8)
            ])
        let second = try exchange.answer(to: body("value-42 fake", ends: false))
        #expect(second.map(\.responseBody.response.bodyMutation.streamedResponse.body) == [Data("\(Self.stand) ".utf8)])
        let end = try exchange.answer(
            to: .with {
                $0.responseTrailers.trailers.headers = [
                    .with {
                        $0.key = "x-echo"
                        $0.value = Self.value
                    }
                ]
            })
        #expect(end.count == 2)
        #expect(end.first?.responseBody.response.bodyMutation.streamedResponse.body == Data("fake".utf8))
        #expect(end.last?.responseTrailers.headerMutation.setHeaders.first?.header.rawValue == Data(Self.stand.utf8))
    }

    private func requestBody(_ text: String, ends: Bool = false) -> Message {
        .with {
            $0.requestBody.body = Data(text.utf8)
            $0.requestBody.endOfStream = ends
        }
    }

    private func searching() throws -> ProcessedExchange {
        let agent = AgentSnapshot(
            id: Self.agent, name: "demo", owner: "alice@example.com",
            secrets: [SecretBinding(name: "TOKEN", mode: .proxy, hosts: ["api.example.com"], placeholder: Self.stand)])
        return ProcessedExchange(plans: RedactionPlans(), agent: Self.agent, search: BodySearches().search(for: agent))
    }

    @Test("A body without a placeholder passes as it is")
    func request() throws {
        var exchange = try searching()
        for text in ["body with ghp_Place", "holderPlace", Self.stand.dropLast() + "!"] {
            let answers = try exchange.answer(to: requestBody(text))
            #expect(answers == [.with { $0.requestBody.response = .init() }])
        }
        #expect(exchange.refusal == nil)
    }

    @Test(
        "A placeholder in a request's body is refused, in every form and however it is cut",
        arguments: [
            Self.stand, Data("git:\(Self.stand)".utf8).base64EncodedString(),
            Self.stand.utf8.map { String(format: "%02x", $0) }.joined(),
            Self.stand.utf8.map { String(format: "%%%02X", $0) }.joined(),
        ])
    func requestWithPlaceholder(_ text: String) throws {
        for cut in [1, text.count / 2, text.count - 5] {
            var exchange = try searching()
            _ = try exchange.answer(to: requestBody("{\"a\":\"" + text.prefix(cut)))
            let answers = try exchange.answer(to: requestBody(text.dropFirst(cut) + "\"}", ends: true))
            #expect(answers.first?.immediateResponse.status.code == .forbidden)
            #expect(exchange.refusal?.code == .placeholderNotAllowedHere)
            #expect(exchange.refusal?.message.contains("TOKEN") == true)
        }
    }

    @Test(
        "A compressed answer is withheld",
        arguments: [
            ("content-encoding", "gzip"), ("content-encoding", "identity, BR"), ("grpc-encoding", "gzip"),
            ("transfer-encoding", "gzip, chunked"), ("x-envoy-echo", Self.value), ("host", Self.value),
        ])
    func compressed(_ field: (String, String)) throws {
        var (exchange, _) = try exchange()
        let answers = try exchange.answer(to: head([(":status", "200"), field]))
        #expect(answers.first?.immediateResponse.status.code.rawValue == 403)
        #expect(exchange.refusal != nil)
        let body = answers.first?.immediateResponse.body ?? Data()
        #expect(String(decoding: body, as: UTF8.self).contains("answer_not_redactable"))
    }

    @Test("Identity is no compression, and a HEAD's length stays")
    func identity() throws {
        var (exchange, _) = try exchange()
        let answers = try exchange.answer(
            to: head([(":status", "200"), ("content-encoding", "identity"), ("content-length", "5")], ends: true))
        #expect(answers.first?.responseHeaders.response.headerMutation.removeHeaders == [])
        #expect(exchange.refusal == nil)
    }

    @Test("Without a plan, with another agent's or after its end nothing passes")
    func unplanned() throws {
        var (unknown, _) = try exchange()
        try expectWithheld(&unknown, id: "other")
        var (other, _) = try exchange(agent: AgentID(rawValue: "agent-bob-other-0002"))
        try expectWithheld(&other, id: Self.id.rawValue)
        var (ended, plans) = try exchange()
        plans.end(Self.id)
        try expectWithheld(&ended, id: Self.id.rawValue)
        var (bare, _) = try exchange()
        #expect(throws: (any Error).self) { try bare.answer(to: body("x", ends: true)) }
    }

    private func expectWithheld(_ exchange: inout ProcessedExchange, id: String) throws {
        let answers = try exchange.answer(to: head([(":status", "200")], id: id))
        #expect(answers.first?.immediateResponse.status.code.rawValue == 503)
        #expect(exchange.refusal != nil)
    }

    @Test("A frame is given out whole at once, however it is cut, and the next one is searched again")
    func frames() throws {
        var (exchange, _) = try exchange()
        _ = try exchange.answer(to: head([(":status", "101"), ("upgrade", "websocket")]))
        let value = [UInt8](Self.value.utf8)
        let long = [UInt8](repeating: 0x66, count: 300)
        let stream = [0x81, 18] + value + [0x82, 126, 1, 44] + long + [0x89, 0, 0x81, 20, 1, 2] + value
        for size in [1, 2, 7, stream.count] {
            var output = Data()
            for start in stride(from: 0, to: stream.count, by: size) {
                let piece: Message = .with {
                    $0.responseBody.body = Data(stream[start..<min(start + size, stream.count)])
                }
                for answer in try exchange.answer(to: piece) {
                    output += answer.responseBody.response.bodyMutation.streamedResponse.body
                }
            }
            let stars = [UInt8](repeating: 0x2a, count: 18)
            #expect(
                [UInt8](output) == [0x81, 18] + stars + [0x82, 126, 1, 44] + long + [0x89, 0, 0x81, 20, 1, 2] + stars)
        }
    }

    @Test("A header whose name holds the value in any form is taken away")
    func names() throws {
        let hex = Data(Self.value.utf8).map { String(format: "%02x", $0) }.joined()
        let base64 = Data(Self.value.utf8).base64EncodedString().replacing("=", with: "").lowercased()
        for name in [Self.value, "x-\(Self.value)-y", "x\(hex)", base64] {
            var (exchange, _) = try exchange()
            let answers = try exchange.answer(to: head([(":status", "200"), (name, "1"), ("content-type", "a/b")]))
            #expect(answers.first?.responseHeaders.response.headerMutation.removeHeaders == [name])
        }
    }

    @Test("The stream may end well only after all of the answer")
    func ending() throws {
        let start = head([(":status", "200")])
        let rows: [(messages: [Message], isGood: Bool)] = [
            ([start, body("a", ends: true)], true), ([head([(":status", "204")], ends: true)], true),
            ([start, .with { $0.responseTrailers = .init() }], true), ([], false), ([start], false),
            ([start, body("a", ends: false)], false),
        ]
        for row in rows {
            let (_, plans) = try exchange()
            let calls = ExternalProcessingCalls(
                plans: plans, directory: AgentDirectoryFake([]), audit: AuditSinkFake())
            #expect(try Self.ends(calls, row.messages) == row.isGood, "\(row.messages.count) messages")
        }
    }

    /// Whether the call ends in good order once Envoy has sent these and no more.
    private static func ends(_ calls: ExternalProcessingCalls, _ messages: [Message]) throws -> Bool {
        var call = calls.begin(["x-agent-id": .string(agent.rawValue)])
        for message in messages { _ = try call.answer(to: try message.serializedBytes()) }
        do {
            try call.end()
            return true
        } catch {
            return false
        }
    }

    @Test("An upgraded stream keeps its lengths")
    func upgraded() throws {
        var (exchange, _) = try exchange()
        _ = try exchange.answer(to: head([(":status", "101"), ("upgrade", "websocket")]))
        let answers = try exchange.answer(to: body("\u{1}\u{13}\(Self.value)!", ends: false))
        #expect(
            answers.first?.responseBody.response.bodyMutation.streamedResponse.body
                == Data("\u{1}\u{13}******************!".utf8))
    }
}
