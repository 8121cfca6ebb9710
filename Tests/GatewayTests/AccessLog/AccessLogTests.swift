import EnvoyAPI
import Foundation
import PalanaCore
import SwiftProtobuf
import TestSupport
import Testing

@testable import Gateway

@Suite("What became of requests and connections")
struct AccessLogTests {
    private let fixture = AuthorizerFixture()
    private var service: AccessLogService {
        AccessLogService(directory: fixture.directory, audit: fixture.audit, plans: fixture.plans)
    }

    private func common(decision: String?) throws -> Envoy_Data_Accesslog_V3_AccessLogCommon {
        try .with {
            if let decision {
                $0.metadata.filterMetadata["envoy.filters.http.ext_authz"] = Google_Protobuf_Struct(
                    fields: ["decision_id": Google_Protobuf_Value(stringValue: decision)])
            }
            $0.filterStateObjects["egress.agent_id"] = try Google_Protobuf_Any(
                message: Google_Protobuf_StringValue(fixture.agent.id.rawValue))
            $0.startTime = .init(seconds: 1_700_000_000)
            $0.duration = .with { $0.nanos = 12_500_000 }
            $0.downstreamWireBytesReceived = 120
            $0.downstreamWireBytesSent = 3_400
            $0.upstreamRemoteAddress.socketAddress = .with {
                $0.address = "203.0.113.9"
                $0.portValue = 443
            }
        }
    }

    private func http(
        decision: String? = "d1", status: UInt32 = 200, details: String = "via_upstream", transport: String = "",
        path: String = "/v1/items?key=hunter2"
    ) throws -> Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
        var entry = Envoy_Data_Accesslog_V3_HTTPAccessLogEntry()
        entry.commonProperties = try common(decision: decision)
        entry.commonProperties.upstreamTransportFailureReason = transport
        entry.protocolVersion = .http2
        entry.request.requestMethod = .get
        entry.request.authority = "api.example.com:443"
        entry.request.path = path
        entry.response.responseCode = .init(status)
        entry.response.responseCodeDetails = details
        return entry
    }

    private func take(_ entry: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry) async {
        await service.take(.with { $0.httpLogs.logEntry = [entry] }, log: "mitm")
    }

    @Test("A completion is joined to its decision, and ends the redaction plan")
    func completion() async throws {
        fixture.plans.remember(
            [InjectedValue(value: Secret("fake-real-value"), replacement: "x")], for: DecisionID(rawValue: "d1"),
            of: fixture.agent.id, at: Date())
        await take(try http())
        let event = try #require(fixture.audit.events.first)
        #expect(event.kind == .completion)
        #expect(event.outcome == .succeeded)
        #expect(event.decisionID?.rawValue == "d1")
        #expect(event.agent == fixture.agent.id)
        #expect(event.owner == "alice@example.com")
        #expect(event.status == 200)
        #expect(event.bytesSent == 120)
        #expect(event.bytesReceived == 3_400)
        #expect(event.duration == 12.5)
        #expect(event.upstreamAddress == "203.0.113.9:443")
        #expect(event.host == "api.example.com")
        #expect(event.detail == nil)
        #expect(fixture.plans.count == 0)
    }

    @Test("A client that went before ext_authz had answered leaves the completion of the decision, and ends its plan")
    func clientWent() async throws {
        fixture.plans.remember(
            [InjectedValue(value: Secret("fake-real-value"), replacement: "x")], for: DecisionID(rawValue: "d1"),
            of: fixture.agent.id, at: Date())
        var entry = try http(decision: nil, status: 0, details: "downstream_remote_disconnect")
        entry.request.requestHeaders["x-palana-request"] = "d1"
        await take(entry)
        let event = try #require(fixture.audit.events.first)
        #expect(event.kind == .completion && event.outcome == .failed && event.decisionID?.rawValue == "d1")
        #expect(fixture.plans.count == 0)
    }

    @Test(
        "Faults are named by their code",
        arguments: [
            ("dns_resolution_failure{address_denied}", "", UInt32(403), RefusalCode.privateAddress as RefusalCode?),
            ("rbac_access_denied_matched_policy[x]", "", 403, .privateAddress),
            (
                "upstream_reset_before_response_started{connection_failure}", "TLS_error:|CERTIFICATE_VERIFY_FAILED",
                502, .upstreamTLS
            ),
            ("ext_proc_error_grpc_error_14", "", 503, .policyUnavailable), ("via_upstream", "", 404, nil),
        ])
    func faults(_ details: String, _ transport: String, _ status: UInt32, _ code: RefusalCode?) async throws {
        await take(try http(status: status, details: details, transport: transport))
        let event = try #require(fixture.audit.events.first)
        #expect(event.code == code)
        #expect(event.outcome == (code == nil ? .succeeded : .failed))
        #expect((event.detail?.contains(details) ?? false) == (details != "via_upstream"))
    }

    @Test("What Envoy refused before it was decided is a malformed request, its path without query and placeholder")
    func undecided() async throws {
        await take(
            try http(
                decision: nil, status: 400, details: "http1.codec_error",
                path: "/x/\(AuthorizerFixture.token)?key=hunter2"))
        let event = try #require(fixture.audit.events.first)
        #expect(event.kind == .connection)
        #expect(event.code == .malformedRequest)
        #expect(event.outcome == .denied)
        #expect(event.path == "/x/[placeholder TOKEN]")
    }

    @Test("A refusal that is on record already and entries in between add nothing")
    func nothing() async throws {
        await take(try http(status: 403, details: "ext_authz_denied"))
        var running = try http()
        running.commonProperties.intermediateLogEntry = true
        await take(running)
        #expect(fixture.audit.events.isEmpty)
    }

    @Test("A connection that died before HTTP is on record; one that was closed in peace isn't")
    func connections() async throws {
        var dead = Envoy_Data_Accesslog_V3_TCPAccessLogEntry()
        dead.commonProperties = try common(decision: nil)
        dead.commonProperties.downstreamTransportFailureReason = "TLS_error:|268435703:WRONG_VERSION_NUMBER"
        dead.commonProperties.tlsProperties.tlsSniHostname = "EVIL.example.com"
        var peaceful = Envoy_Data_Accesslog_V3_TCPAccessLogEntry()
        peaceful.commonProperties = try common(decision: nil)
        await service.take(.with { $0.tcpLogs.logEntry = [dead, peaceful] }, log: "mitm_connection")
        #expect(fixture.audit.events.count == 1)
        let event = try #require(fixture.audit.events.first)
        #expect(event.kind == .connection)
        #expect(event.code == .malformedRequest)
        #expect(event.agent == fixture.agent.id)
        #expect(event.host == "evil.example.com")
    }

    @Test("A failing audit log doesn't end the stream")
    func failing() async throws {
        fixture.audit.fail(with: AuditFailure("disk full"))
        await take(try http())
        fixture.audit.fail(with: nil)
        await take(try http(decision: "d2"))
        #expect(fixture.audit.events.count == 1)
    }
}
