public import EnvoyAPI
public import GRPCCore
import Logging
import PalanaCore

/// `envoy.service.ext_proc.v3.ExternalProcessor` in FULL_DUPLEX_STREAMED mode. One stream is one exchange; each
/// message is answered before the next is read, so memory stays at one piece a stream and gRPC's flow control does
/// the rest.
public struct ExternalProcessingService: Envoy_Service_ExtProc_V3_ExternalProcessor.ServiceProtocol {
    private let plans: RedactionPlans
    private let log = Logger(label: "gateway.redaction")

    public init(plans: RedactionPlans) {
        self.plans = plans
    }

    public func process(
        request: StreamingServerRequest<Envoy_Service_ExtProc_V3_ProcessingRequest>, context: ServerContext
    ) async throws -> StreamingServerResponse<Envoy_Service_ExtProc_V3_ProcessingResponse> {
        let caller = CheckTranslation.caller(from: request.metadata)
        return StreamingServerResponse { writer in
            var exchange = ProcessedExchange(plans: plans, agent: caller.agent)
            for try await message in request.messages {
                let answers = try exchange.answer(to: message)
                for answer in answers { try await writer.write(answer) }
                if exchange.isRefused {
                    log.warning("answer withheld", metadata: ["decision": "\(exchange.decisionID?.rawValue ?? "none")"])
                    break
                }
            }
            return [:]
        }
    }
}
