import EnvoyAPI
import Foundation
import PalanaCore
import SwiftProtobuf

/// Turns Envoy's log entries into audit events. Paths lose their query and placeholders; header values aren't read.
struct AccessLogReader: Sendable {
    let directory: any AgentDirectory

    /// nil for an entry that adds nothing: one written in between, or of a request whose refusal is already on record.
    func event(of entry: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry) -> AuditEvent? {
        let common = entry.commonProperties
        let details = entry.response.responseCodeDetails
        let decision = DecisionMetadata.id(of: entry)
        guard !entry.isIntermediate, !(decision != nil && details == "ext_authz_denied") else { return nil }
        let status = Int(entry.response.responseCode.value)
        let isTunnel = entry.request.requestMethod == .connect
        let code = FailureReading.code(of: entry, decided: decision != nil)
        var event = AuditEvent(
            kind: decision == nil ? .connection : .completion, action: isTunnel ? "connect" : "egress",
            outcome: code != nil && decision == nil
                ? .denied : code != nil || status >= 500 || status == 0 ? .failed : .succeeded,
            time: end(of: common))
        note(common, in: &event)
        event.decisionID = decision
        event.status = status == 0 ? nil : status
        event.code = code
        event.scheme = entry.request.scheme.isEmpty ? nil : entry.request.scheme.printable(limit: 8)
        event.method = entry.request.requestMethod.name
        event.protocolVersion = entry.protocolVersion.name
        event.detail = FailureReading.detail(common, details)
        noteTarget(entry.request, in: &event)
        return event
    }

    /// A connection is worth an event only when it died before HTTP was spoken.
    func event(of entry: Envoy_Data_Accesslog_V3_TCPAccessLogEntry, log: String) -> AuditEvent? {
        let common = entry.commonProperties
        guard !common.intermediateLogEntry, FailureReading.isDeadConnection(common) else { return nil }
        var event = AuditEvent(
            kind: .connection, action: log == "agent" ? "connect" : "handshake", outcome: .denied, time: end(of: common)
        )
        note(common, in: &event)
        event.code = .malformedRequest
        event.detail = FailureReading.detail(common, "")
        event.bytesSent = Int(clamping: entry.connectionProperties.receivedBytes)
        event.bytesReceived = Int(clamping: entry.connectionProperties.sentBytes)
        if let authority = event.connectAuthority { noteHost(authority, in: &event) }
        if let sni = event.sni { noteHost(sni, in: &event) }
        return event
    }

    func agent(of common: Envoy_Data_Accesslog_V3_AccessLogCommon) -> AgentID? {
        filterState(EnvoyNames.agentState, common).map(AgentID.init(rawValue:))
    }

    private func note(_ common: Envoy_Data_Accesslog_V3_AccessLogCommon, in event: inout AuditEvent) {
        let agent = agent(of: common)
        event.agent = agent
        if let known = agent.flatMap(directory.agent) {
            event.agentName = known.name
            event.owner = known.owner
        }
        event.source = filterState(EnvoyNames.sourceState, common)?.printable(limit: 64)
        event.connectAuthority = filterState(EnvoyNames.connectState, common)?.printable(limit: 270)
        let sni = common.tlsProperties.tlsSniHostname
        event.sni = sni.isEmpty ? nil : sni.printable(limit: 260)
        event.bytesSent = Int(clamping: common.downstreamWireBytesReceived)
        event.bytesReceived = Int(clamping: common.downstreamWireBytesSent)
        event.duration = common.duration.milliseconds
        let upstream = common.upstreamRemoteAddress.socketAddress
        event.upstreamAddress =
            upstream.address.isEmpty ? nil : "\(upstream.address):\(upstream.portValue)".printable(limit: 64)
    }

    /// The decision has the path already; without one it is all there is.
    private func noteTarget(_ request: Envoy_Data_Accesslog_V3_HTTPRequestProperties, in event: inout AuditEvent) {
        noteHost(request.authority, in: &event)
        guard event.decisionID == nil, !request.path.isEmpty else { return }
        let path = String(request.path.prefix { $0 != "?" })
        let known = event.agent.flatMap(directory.agent)
        event.path = PlaceholderScanner(known?.secrets ?? []).masked(path).printable(limit: 512)
    }

    private func noteHost(_ authority: String, in event: inout AuditEvent) {
        do {
            let read = try Authority(parsing: authority)
            event.host = read.host.value
            event.port = read.port
            event.destinationClass = DestinationClass(host: read.host.value).rawValue
        } catch {
            // What can't be read is shown, since this is the event that says why it was refused.
            event.host = authority.isEmpty ? nil : authority.printable(limit: 260)
        }
    }

    private func filterState(_ key: String, _ common: Envoy_Data_Accesslog_V3_AccessLogCommon) -> String? {
        guard let any = common.filterStateObjects[key], any.isA(Google_Protobuf_StringValue.self) else { return nil }
        do {
            let text = try Google_Protobuf_StringValue(unpackingAny: any).value
            return text.isEmpty ? nil : text
        } catch {
            return nil
        }
    }

    private func end(of common: Envoy_Data_Accesslog_V3_AccessLogCommon) -> Date {
        guard common.hasStartTime else { return Date() }
        return common.startTime.date.addingTimeInterval((common.duration.milliseconds ?? 0) / 1_000)
    }
}

extension Google_Protobuf_Duration {
    fileprivate var milliseconds: Double? {
        seconds == 0 && nanos == 0 ? nil : Double(seconds) * 1_000 + Double(nanos) / 1_000_000
    }
}

extension Envoy_Data_Accesslog_V3_HTTPAccessLogEntry {
    /// Written while the exchange still runs.
    var isIntermediate: Bool { commonProperties.intermediateLogEntry }
}

extension Envoy_Config_Core_V3_RequestMethod {
    fileprivate var name: String? {
        let known: [Self: String] = [
            .get: "GET", .head: "HEAD", .post: "POST", .put: "PUT", .delete: "DELETE", .connect: "CONNECT",
            .options: "OPTIONS", .trace: "TRACE", .patch: "PATCH",
        ]
        return known[self]
    }
}

extension Envoy_Data_Accesslog_V3_HTTPAccessLogEntry.HTTPVersion {
    fileprivate var name: String? {
        switch self {
        case .http10: "HTTP/1.0"
        case .http11: "HTTP/1.1"
        case .http2: "HTTP/2"
        case .http3: "HTTP/3"
        default: nil
        }
    }
}
