public import EnvoyAPI
public import GRPCCore
import PalanaCore

/// `envoy.service.auth.v3.Authorization`: translates, and lets the authorizer decide.
public struct ExternalAuthorizationService: Envoy_Service_Auth_V3_Authorization.ServiceProtocol {
    private let authorizer: Authorizer

    public init(authorizer: Authorizer) {
        self.authorizer = authorizer
    }

    public func check(
        request: ServerRequest<Envoy_Service_Auth_V3_CheckRequest>, context: ServerContext
    ) async throws -> ServerResponse<Envoy_Service_Auth_V3_CheckResponse> {
        // The agent went away while this waited for its turn: nobody is left to answer.
        guard !context.cancellation.isCancelled else { throw CancellationError() }
        let caller = CheckTranslation.caller(from: request.metadata)
        let verdict = await authorizer.authorize(CheckTranslation.request(from: request.message, caller: caller))
        if context.cancellation.isCancelled { authorizer.abandon(verdict) }
        return ServerResponse(message: CheckTranslation.response(to: verdict))
    }
}
