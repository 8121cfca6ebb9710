import EnvoyAPI
import Foundation
import GRPCCore
import PalanaCore
import SwiftProtobuf

/// One exchange in Envoy's words: finds its plan by the decision that ext_authz left in the metadata, and translates.
/// Without a plan of the same agent no answer passes.
struct ProcessedExchange {
    typealias Message = Envoy_Service_ExtProc_V3_ProcessingRequest
    typealias Answer = Envoy_Service_ExtProc_V3_ProcessingResponse

    private let plans: RedactionPlans
    private let agent: AgentID?
    private var redaction: AnswerRedaction?
    private(set) var decisionID: DecisionID?
    /// An immediate answer was sent; nothing follows.
    private(set) var isRefused = false

    init(plans: RedactionPlans, agent: AgentID?) {
        self.plans = plans
        self.agent = agent
    }

    /// - Throws: when a body comes that no plan covers; the stream's failure makes Envoy refuse.
    mutating func answer(to message: Message) throws(RPCError) -> [Answer] {
        try findPlan(message.metadataContext)
        switch message.request {
        case .requestHeaders: return [.with { $0.requestHeaders = .init() }]
        case .requestBody(let body): return [streamed(body.body, body.endOfStream) { $0.requestBody = $1 }]
        case .requestTrailers: return [.with { $0.requestTrailers = .init() }]
        case .responseHeaders(let headers): return [responseHead(headers)]
        case .responseBody(let body): return try responseBody(body)
        case .responseTrailers(let trailers): return try responseTrailers(trailers)
        case nil: throw RPCError(code: .invalidArgument, message: "a message of an unknown kind")
        }
    }

    /// The decision can't change within an exchange.
    private mutating func findPlan(_ metadata: Envoy_Config_Core_V3_Metadata) throws(RPCError) {
        guard let text = DecisionMetadata.id(in: metadata) else { return }
        if let known = decisionID {
            guard known == text else { throw RPCError(code: .invalidArgument, message: "the decision's id changed") }
            return
        }
        decisionID = text
        guard let plan = plans.plan(for: text), plan.agent == agent else { return }
        redaction = AnswerRedaction(plan: plan, id: text)
    }

    private mutating func responseHead(_ headers: Envoy_Service_ExtProc_V3_HttpHeaders) -> Answer {
        guard redaction != nil else { return refuse(unplanned) }
        switch redaction?.head(HeaderTranslation.fields(headers.headers), hasBody: !headers.endOfStream) {
        case .pass(let set, let removed):
            return .with {
                $0.responseHeaders.response.headerMutation = HeaderTranslation.mutation(set: set, removed: removed)
            }
        case .refuse(let refusal): return refuse(refusal)
        case nil: return refuse(unplanned)
        }
    }

    private mutating func responseBody(_ body: Envoy_Service_ExtProc_V3_HttpBody) throws(RPCError) -> [Answer] {
        guard let bytes = redaction?.body(body.body, isLast: body.endOfStream) else { throw lost }
        guard !bytes.isEmpty || body.endOfStream else { return [] }
        return [streamed(bytes, body.endOfStream) { $0.responseBody = $1 }]
    }

    private mutating func responseTrailers(
        _ trailers: Envoy_Service_ExtProc_V3_HttpTrailers
    ) throws(RPCError) -> [Answer] {
        guard let rest = redaction?.finishBody(),
            case .pass(let set, let removed) = redaction?.trailers(HeaderTranslation.fields(trailers.trailers))
        else { throw lost }
        let last: Answer = .with {
            $0.responseTrailers.headerMutation = HeaderTranslation.mutation(set: set, removed: removed)
        }
        return rest.isEmpty ? [last] : [streamed(rest, false) { $0.responseBody = $1 }, last]
    }

    private func streamed(
        _ bytes: Data, _ isLast: Bool, _ place: (inout Answer, Envoy_Service_ExtProc_V3_BodyResponse) -> Void
    ) -> Answer {
        var body = Envoy_Service_ExtProc_V3_BodyResponse()
        body.response.bodyMutation.streamedResponse = .with {
            $0.body = bytes
            $0.endOfStream = isLast
        }
        var answer = Answer()
        place(&answer, body)
        return answer
    }

    private mutating func refuse(_ refusal: Refusal) -> Answer {
        isRefused = true
        let answer = RefusalAnswer(refusal)
        return .with {
            $0.immediateResponse.status.code = Envoy_Type_V3_StatusCode(rawValue: answer.status) ?? .forbidden
            $0.immediateResponse.headers = HeaderTranslation.mutation(set: answer.headers, removed: [])
            $0.immediateResponse.body = answer.body
            $0.immediateResponse.details = "redaction_\(refusal.code.rawValue)"
        }
    }

    private var unplanned: Refusal {
        Refusal(
            .secretUnavailable, "the gateway no longer knows what to redact from this answer", agent: agent,
            decisionID: decisionID, hint: "send the request again")
    }

    private var lost: RPCError { RPCError(code: .failedPrecondition, message: "no redaction plan for this exchange") }
}
