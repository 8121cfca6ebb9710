import EnvoyAPI
import Foundation
import GRPCCore
import PalanaCore
import SwiftProtobuf

/// One exchange in Envoy's words: finds its plan by the decision that ext_authz left in the metadata, and translates.
/// Without a plan of the same agent no answer passes, without a search no body of a request.
struct ProcessedExchange {
    typealias Message = Envoy_Service_ExtProc_V3_ProcessingRequest
    typealias Answer = Envoy_Service_ExtProc_V3_ProcessingResponse

    private let plans: RedactionPlans
    private let agent: AgentID?
    private var redaction: AnswerRedaction?
    private var search: BodySearch?
    private(set) var decision: DecisionMetadata?
    /// What was answered in place of the exchange; nothing follows.
    private(set) var refusal: Refusal?
    private var hasAllOfRequest = false
    private var hasAllOfAnswer = false

    /// All that had to be searched was. A stream that ends before that must not end well: Envoy would pass the rest
    /// unseen.
    var isOver: Bool { refusal != nil || (redaction == nil ? hasAllOfRequest : hasAllOfAnswer) }

    /// - Parameter search: for the bodies of requests; nil when the agent has nothing to look for.
    init(plans: RedactionPlans, agent: AgentID?, search: BodySearch? = nil) {
        self.plans = plans
        self.agent = agent
        self.search = search
    }

    /// - Throws: when a body comes that no plan covers; the stream's failure makes Envoy refuse.
    mutating func answer(to message: Message) throws(RPCError) -> [Answer] {
        try findPlan(message.metadataContext)
        switch message.request {
        case .requestHeaders: return [.with { $0.requestHeaders = .init() }]
        case .requestBody(let body): return [requestBody(body)]
        case .requestTrailers(let trailers): return [requestTrailers(trailers)]
        case .responseHeaders(let headers): return [responseHead(headers)]
        case .responseBody(let body): return try responseBody(body)
        case .responseTrailers(let trailers): return try responseTrailers(trailers)
        case nil: throw RPCError(code: .invalidArgument, message: "a message of an unknown kind")
        }
    }

    /// The decision can't change within an exchange.
    private mutating func findPlan(_ metadata: Envoy_Config_Core_V3_Metadata) throws(RPCError) {
        if let known = decision {
            guard let id = DecisionMetadata.id(in: metadata) else { return }
            guard known.id == id else { throw RPCError(code: .invalidArgument, message: "the decision's id changed") }
            return
        }
        guard let found = DecisionMetadata(metadata) else { return }
        decision = found
        guard let plan = plans.take(found.id), plan.agent == agent else { return }
        redaction = AnswerRedaction(plan: plan)
    }

    /// Goes on as it came. An agent that lost its placeholders since the request was decided has none to look for.
    private mutating func requestBody(_ body: Envoy_Service_ExtProc_V3_HttpBody) -> Answer {
        hasAllOfRequest = body.endOfStream
        if let secret = search?.find(in: body.body) { return refuse(misplaced(secret, in: "the body")) }
        return .with { $0.requestBody.response = .init() }
    }

    private mutating func requestTrailers(_ trailers: Envoy_Service_ExtProc_V3_HttpTrailers) -> Answer {
        hasAllOfRequest = true
        for field in HeaderTranslation.fields(trailers.trailers) {
            if let secret = search?.find(in: field.value) ?? search?.find(in: field.name) {
                return refuse(misplaced(secret, in: "a trailer"))
            }
        }
        return .with { $0.requestTrailers = .init() }
    }

    private mutating func responseHead(_ headers: Envoy_Service_ExtProc_V3_HttpHeaders) -> Answer {
        hasAllOfAnswer = headers.endOfStream
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
        hasAllOfAnswer = body.endOfStream
        guard !bytes.isEmpty || body.endOfStream else { return [] }
        return [streamed(bytes, body.endOfStream)]
    }

    private mutating func responseTrailers(
        _ trailers: Envoy_Service_ExtProc_V3_HttpTrailers
    ) throws(RPCError) -> [Answer] {
        guard let rest = redaction?.finishBody(),
            case .pass(let set, let removed) = redaction?.trailers(HeaderTranslation.fields(trailers.trailers))
        else { throw lost }
        hasAllOfAnswer = true
        let last: Answer = .with {
            $0.responseTrailers.headerMutation = HeaderTranslation.mutation(set: set, removed: removed)
        }
        return rest.isEmpty ? [last] : [streamed(rest, false), last]
    }

    private func streamed(_ bytes: Data, _ isLast: Bool) -> Answer {
        .with {
            $0.responseBody.response.bodyMutation.streamedResponse = .with {
                $0.body = bytes
                $0.endOfStream = isLast
            }
        }
    }

    private mutating func refuse(_ reason: Refusal) -> Answer {
        var refusal = reason
        refusal.agent = agent
        refusal.host = decision?.host
        refusal.method = decision?.method
        refusal.path = decision?.path
        refusal.decisionID = decision?.id
        self.refusal = refusal
        let answer = RefusalAnswer(refusal)
        return .with {
            $0.immediateResponse.status.code = Envoy_Type_V3_StatusCode(rawValue: answer.status) ?? .forbidden
            $0.immediateResponse.headers = HeaderTranslation.mutation(set: answer.headers, removed: [])
            $0.immediateResponse.body = answer.body
            $0.immediateResponse.details = "\(FailureReading.redaction)\(refusal.code.rawValue)"
        }
    }

    private func misplaced(_ secret: String, in place: String) -> Refusal {
        .misplaced(
            secret, "may not stand in \(place) of a request", rule: "platform",
            hint: "send it in a header; secrets in bodies are not supported yet")
    }

    private var unplanned: Refusal {
        Refusal(
            .secretUnavailable, "the gateway no longer knows what to redact from this answer", rule: "platform",
            hint: "send the request again")
    }

    private var lost: RPCError { RPCError(code: .failedPrecondition, message: "no redaction plan for this exchange") }
}
