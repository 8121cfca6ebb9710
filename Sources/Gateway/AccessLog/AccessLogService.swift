public import EnvoyAPI
public import GRPCCore
import Logging
public import PalanaCore

/// `envoy.service.accesslog.v3.AccessLogService`: what became of requests and connections, written to the audit log.
///
/// A message's entries are recorded together, before the next is read: when the audit log is slow, gRPC's flow control holds Envoy
/// back, and Envoy drops entries beyond its own buffer. A stream ends when Envoy goes or the server shuts down.
public struct AccessLogService: Envoy_Service_Accesslog_V3_AccessLogService.SimpleServiceProtocol {
    private let reader: AccessLogReader
    private let audit: any AuditSink
    private let plans: RedactionPlans
    private let log = Logger(label: "gateway.access-log")

    public init(directory: any AgentDirectory, audit: any AuditSink, plans: RedactionPlans) {
        reader = AccessLogReader(directory: directory)
        self.audit = audit
        self.plans = plans
    }

    public func streamAccessLogs(
        request: RPCAsyncSequence<Envoy_Service_Accesslog_V3_StreamAccessLogsMessage, any Error>, context: ServerContext
    ) async throws -> Envoy_Service_Accesslog_V3_StreamAccessLogsResponse {
        var name = ""
        for try await message in request {
            // Only a stream's first message names the log.
            if message.hasIdentifier { name = message.identifier.logName }
            await take(message, log: name)
        }
        return Envoy_Service_Accesslog_V3_StreamAccessLogsResponse()
    }

    func take(_ message: Envoy_Service_Accesslog_V3_StreamAccessLogsMessage, log name: String) async {
        for entry in message.httpLogs.logEntry {
            if !entry.isIntermediate, let id = DecisionMetadata.id(of: entry) { plans.end(id) }
        }
        await record(message.httpLogs.logEntry.compactMap { reader.event(of: $0) })
        await record(message.tcpLogs.logEntry.compactMap { reader.event(of: $0, log: name) })
    }

    /// The exchange is over: nothing is left to refuse. The audit log itself marks what it lost.
    private func record(_ events: [AuditEvent]) async {
        do {
            try await audit.record(events)
        } catch {
            log.error("audit failed", metadata: ["reason": "\(error.reason)", "events": "\(events.count)"])
        }
    }
}
