import EnvoyAPI
import Foundation
public import GRPCCore
import Logging
public import PalanaCore
public import ServiceSupport
import SwiftProtobuf

/// `envoy.service.ext_proc.v3.ExternalProcessor/Process` for a `CallServer`. One call is one exchange; each message is
/// answered before the next is read, so memory stays at one piece a call and HTTP/2's flow control does the rest.
public struct ExternalProcessingCalls: Sendable {
    /// What Envoy calls.
    public static let path = "/envoy.service.ext_proc.v3.ExternalProcessor/Process"

    private let plans: RedactionPlans
    private let directory: any AgentDirectory
    private let audit: any AuditSink
    private let searches = BodySearches()

    public init(plans: RedactionPlans, directory: any AgentDirectory, audit: any AuditSink) {
        self.plans = plans
        self.directory = directory
        self.audit = audit
    }

    public func begin(_ metadata: Metadata) -> any CallExchange {
        let agent = CheckTranslation.caller(from: metadata).agent
        let known = agent.flatMap(directory.agent)
        return ProcessingCall(
            exchange: ProcessedExchange(plans: plans, agent: agent, search: known.flatMap(searches.search)),
            agent: known, audit: audit)
    }
}

/// One exchange on the wire.
struct ProcessingCall: CallExchange {
    var exchange: ProcessedExchange
    let agent: AgentSnapshot?
    let audit: any AuditSink

    mutating func answer(to message: [UInt8]) throws(RPCError) -> CallReply {
        let request: ProcessedExchange.Message
        do {
            request = try ProcessedExchange.Message(serializedBytes: message)
        } catch {
            throw RPCError(code: .invalidArgument, message: "this is no ProcessingRequest")
        }
        let answers = try Self.serialized(try exchange.answer(to: request))
        guard let refusal = exchange.refusal else { return .messages(answers) }
        return .last(answers) { [agent, audit] in await Self.record(refusal, of: agent, in: audit) }
    }

    func end() throws(RPCError) {
        guard exchange.isOver else {
            throw RPCError(code: .aborted, message: "the answer has not been searched to its end")
        }
    }

    private static func serialized(_ answers: [ProcessedExchange.Answer]) throws(RPCError) -> [[UInt8]] {
        do {
            return try answers.map { try $0.serializedBytes() }
        } catch {
            throw RPCError(code: .internalError, message: "an answer could not be written")
        }
    }

    /// An exchange that was allowed and is cut now is a second decision about it, under the same id. It stays refused
    /// when the audit log fails.
    private static func record(_ refusal: Refusal, of agent: AgentSnapshot?, in audit: any AuditSink) async {
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
        event.secrets = refusal.touched.map { [$0.description] }
        do {
            try await audit.record(event)
        } catch {
            Logger(label: "gateway.redaction").error(
                "audit failed", metadata: ["reason": "\(error.reason)", "code": "\(refusal.code.rawValue)"])
        }
    }
}
