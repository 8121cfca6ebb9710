import EnvoyAPI
import Foundation
import GRPCCore
import PalanaCore
import SwiftProtobuf
import Synchronization
import TestSupport

@testable import Gateway

extension AgentSnapshot {
    static func plain(_ id: String, hosts: [String] = ["*.up.test"]) -> AgentSnapshot {
        AgentSnapshot(
            id: AgentID(rawValue: id), name: id, owner: "test@example.com", allow: hosts.map { EgressRule(host: $0) })
    }
}

/// An agent directory that a test changes at will.
final class FakeDirectory: AgentDirectory {
    private struct State {
        var agents: [AgentID: AgentSnapshot]
        var sources: [AgentID: AgentSources] = [:]
        var listeners: [AsyncStream<Set<AgentID>>.Continuation] = []
    }

    private let state: Mutex<State>

    init(_ agents: [AgentSnapshot]) {
        state = Mutex(State(agents: Dictionary(uniqueKeysWithValues: agents.map { ($0.id, $0) })))
    }

    func agent(_ id: AgentID) -> AgentSnapshot? { state.withLock { $0.agents[id] } }
    func sources(of id: AgentID) -> AgentSources { state.withLock { $0.sources[id] } ?? .listenerAlone }
    func holder(ofPlaceholder value: String) -> (agent: AgentID, secret: String)? {
        state.withLock { state in
            for agent in state.agents.values {
                for secret in agent.secrets where secret.placeholder == value { return (agent.id, secret.name) }
            }
            return nil
        }
    }

    func changes() -> AsyncStream<Set<AgentID>> {
        let (stream, continuation) = AsyncStream.makeStream(of: Set<AgentID>.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock {
            $0.listeners.append(continuation)
            continuation.yield(Set($0.agents.keys))
        }
        return stream
    }

    func remove(_ id: String) { change { $0[AgentID(rawValue: id)] = nil } }
    func add(_ agent: AgentSnapshot) { change { $0[agent.id] = agent } }
    func admit(_ addresses: [String], to agent: String) {
        let sources = AgentSources.addresses(Set(addresses.compactMap(IPAddress.init)))
        state.withLock { $0.sources[AgentID(rawValue: agent)] = sources }
    }

    private func change(_ body: (inout [AgentID: AgentSnapshot]) -> Void) {
        state.withLock { state in
            body(&state.agents)
            for listener in state.listeners { listener.yield(Set(state.agents.keys)) }
        }
    }
}

/// Allows everything but hosts called `denied.*`, and remembers who asked.
final class RecordingAuthorizer: Envoy_Service_Auth_V3_Authorization.ServiceProtocol {
    struct Check: Sendable, Hashable {
        var agent: String?
        var hop: String?
        var connect: String?
        var host: String
        var method: String
        var sni: String
    }

    private let seen = Mutex<[Check]>([])
    var checks: [Check] { seen.withLock { $0 } }
    func forget() { seen.withLock { $0 = [] } }

    func check(
        request: ServerRequest<Envoy_Service_Auth_V3_CheckRequest>, context: ServerContext
    ) async throws -> ServerResponse<Envoy_Service_Auth_V3_CheckResponse> {
        let http = request.message.attributes.request.http
        func metadata(_ key: String) -> String? { request.metadata[stringValues: key].first { _ in true } }
        let check = Check(
            agent: metadata("x-agent-id"), hop: metadata("x-palana-hop"), connect: metadata("x-connect-authority"),
            host: http.host, method: http.method, sni: request.message.attributes.tlsSession.sni)
        seen.withLock { $0.append(check) }
        return ServerResponse(message: Self.answer(check))
    }

    private static func answer(_ check: Check) -> Envoy_Service_Auth_V3_CheckResponse {
        .with {
            $0.dynamicMetadata = .with { $0.fields["decision_id"] = .with { $0.stringValue = "decision-1" } }
            if check.host.hasPrefix("denied.") {
                $0.status.code = 7
                $0.deniedResponse = .with {
                    $0.status.code = .forbidden
                    $0.body = #"{"error":{"code":"denied_by_policy","message":"no rule allows it"}}"#
                    $0.headers = [
                        .with { $0.header = .with { ($0.key, $0.value) = ("x-palana-decision", "decision-1") } }
                    ]
                }
            } else {
                $0.okResponse = .with {
                    guard check.host.hasPrefix("processed.") else { return }
                    $0.headers = [
                        .with {
                            $0.header = .with { ($0.key, $0.value) = ("x-egress-body", "1") }
                            $0.appendAction = .overwriteIfExistsOrAdd
                        }
                    ]
                }
            }
        }
    }
}

/// Passes bodies through, marks the answer, and remembers for whom it was asked.
final class RecordingProcessor: Envoy_Service_ExtProc_V3_ExternalProcessor.ServiceProtocol {
    struct Exchange: Sendable, Hashable {
        var agent: String?
        var decision: String?
    }
    typealias Answer = Envoy_Service_ExtProc_V3_ProcessingResponse

    private let seen = Mutex<Set<Exchange>>([])
    var exchanges: Set<Exchange> { seen.withLock { $0 } }

    func process(
        request: StreamingServerRequest<Envoy_Service_ExtProc_V3_ProcessingRequest>, context: ServerContext
    ) async throws -> StreamingServerResponse<Answer> {
        let agent = request.metadata[stringValues: "x-agent-id"].first { _ in true }
        return StreamingServerResponse { writer in
            for try await message in request.messages {
                let metadata = message.metadataContext.filterMetadata["envoy.filters.http.ext_authz"]
                let decision = metadata?.fields["decision_id"]?.stringValue
                _ = self.seen.withLock { $0.insert(Exchange(agent: agent, decision: decision)) }
                try await writer.write(Self.answer(message))
            }
            return [:]
        }
    }

    private static func answer(_ message: Envoy_Service_ExtProc_V3_ProcessingRequest) -> Answer {
        .with {
            switch message.request {
            case .requestHeaders: $0.requestHeaders = .init()
            case .responseHeaders:
                $0.responseHeaders.response.headerMutation.setHeaders = [
                    .with { $0.header = .with { ($0.key, $0.rawValue) = ("x-processed", Data("1".utf8)) } }
                ]
            case .requestBody(let body): $0.requestBody.response = same(body)
            case .responseBody(let body): $0.responseBody.response = same(body)
            case .requestTrailers: $0.requestTrailers = .init()
            case .responseTrailers: $0.responseTrailers = .init()
            case nil: break
            }
        }
    }

    private static func same(_ body: Envoy_Service_ExtProc_V3_HttpBody) -> Envoy_Service_ExtProc_V3_CommonResponse {
        .with {
            $0.bodyMutation.streamedResponse = .with {
                $0.body = body.body
                $0.endOfStream = body.endOfStream
            }
        }
    }
}

/// Remembers what Envoy reported.
final class RecordingAccessLog: Envoy_Service_Accesslog_V3_AccessLogService.SimpleServiceProtocol {
    struct Connection: Sendable, Hashable {
        var log: String
        var agent: String
        var sni: String
        var failure: String
        var noRoute: Bool
    }
    struct Exchange: Sendable, Hashable {
        var log: String
        var agent: String
        var authority: String
        var status: UInt32
        var details: String
        var decision: String
    }

    private let seen = Mutex<(connections: [Connection], exchanges: [Exchange])>(([], []))
    var connections: [Connection] { seen.withLock { $0.connections } }
    var exchanges: [Exchange] { seen.withLock { $0.exchanges } }

    func streamAccessLogs(
        request: RPCAsyncSequence<Envoy_Service_Accesslog_V3_StreamAccessLogsMessage, any Error>, context: ServerContext
    ) async throws -> Envoy_Service_Accesslog_V3_StreamAccessLogsResponse {
        var log = ""
        for try await message in request {
            if message.hasIdentifier { log = message.identifier.logName }
            for entry in message.tcpLogs.logEntry { record(entry.commonProperties, log) }
            for entry in message.httpLogs.logEntry { record(entry, log) }
        }
        return .init()
    }

    private func record(_ common: Envoy_Data_Accesslog_V3_AccessLogCommon, _ log: String) {
        let connection = Connection(
            log: log, agent: Self.agent(common), sni: common.tlsProperties.tlsSniHostname,
            failure: common.downstreamTransportFailureReason, noRoute: common.responseFlags.noRouteFound)
        seen.withLock { $0.connections.append(connection) }
    }

    private func record(_ entry: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry, _ log: String) {
        let metadata = entry.commonProperties.metadata.filterMetadata["envoy.filters.http.ext_authz"]
        let exchange = Exchange(
            log: log, agent: Self.agent(entry.commonProperties), authority: entry.request.authority,
            status: entry.response.responseCode.value, details: entry.response.responseCodeDetails,
            decision: metadata?.fields["decision_id"]?.stringValue ?? "")
        seen.withLock { $0.exchanges.append(exchange) }
    }

    private static func agent(_ common: Envoy_Data_Accesslog_V3_AccessLogCommon) -> String {
        guard let object = common.filterStateObjects["egress.agent_id"],
            let value = try? Google_Protobuf_StringValue(unpackingAny: object)
        else { return "" }
        return value.value
    }
}

extension EnvoyProcess {
    /// The sum of all statistics that begin and end so.
    func total(_ end: String, of begin: String) throws -> Int {
        var sum = 0
        for line in try admin("/stats").split(separator: "\n") where line.hasPrefix(begin) {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].hasSuffix(end) else { continue }
            sum += Int(line[colon...].dropFirst(2)) ?? 0
        }
        return sum
    }
}

/// Polls until `condition` holds or the time is up.
func eventually(within limit: Duration = .seconds(5), _ condition: () throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return try condition()
}
