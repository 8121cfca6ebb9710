public import EnvoyAPI
import Foundation
public import GRPCCore
import Logging
public import PalanaCore

/// `envoy.service.ext_proc.v3.ExternalProcessor`. One stream is one exchange; each message is answered before the next
/// is
/// read, so memory stays at one piece a stream and gRPC's flow control does the rest.
public struct ExternalProcessingService: Envoy_Service_ExtProc_V3_ExternalProcessor.ServiceProtocol {
    private let plans: RedactionPlans
    private let directory: any AgentDirectory
    private let audit: any AuditSink
    private let searches = BodySearches()
    private let log = Logger(label: "gateway.redaction")

    public init(plans: RedactionPlans, directory: any AgentDirectory, audit: any AuditSink) {
        self.plans = plans
        self.directory = directory
        self.audit = audit
    }

    public func process(
        request: StreamingServerRequest<Envoy_Service_ExtProc_V3_ProcessingRequest>, context: ServerContext
    ) async throws -> StreamingServerResponse<Envoy_Service_ExtProc_V3_ProcessingResponse> {
        let agent = CheckTranslation.caller(from: request.metadata).agent
        let known = agent.flatMap(directory.agent)
        return StreamingServerResponse { writer in
            var exchange = ProcessedExchange(
                plans: plans, agent: agent, search: known.flatMap(searches.search))
            for try await message in request.messages {
                let answers = try exchange.answer(to: message)
                if let refusal = exchange.refusal { await record(refusal, of: known) }
                for answer in answers { try await writer.write(answer) }
                if exchange.refusal != nil { break }
            }
            guard exchange.isOver else {
                throw RPCError(code: .aborted, message: "the answer has not been searched to its end")
            }
            return [:]
        }
    }

    /// An exchange that was allowed and is cut now is a second decision about it, under the same id. It stays refused
    /// when the audit log fails.
    private func record(_ refusal: Refusal, of agent: AgentSnapshot?) async {
        var event = AuditEvent(kind: .decision, action: "egress", outcome: .denied)
        event.agent = refusal.agent
        event.agentName = agent?.name
        event.owner = agent?.owner
        event.decisionID = refusal.decisionID
        event.host = refusal.host
        event.method = refusal.method
        event.path = refusal.path
        event.rule = refusal.rule
        event.code = refusal.code
        event.reason = refusal.message
        event.status = refusal.code.httpStatus
        do {
            try await audit.record(event)
        } catch {
            log.error("audit failed", metadata: ["reason": "\(error.reason)", "code": "\(refusal.code.rawValue)"])
        }
    }
}
