import EnvoyAPI
public import GRPCCore
import SwiftProtobuf

/// `envoy.service.auth.v3.Authorization/Check` for a `CallServer`: translates, and lets the authorizer decide.
public struct ExternalAuthorizationCalls: Sendable {
    /// What Envoy calls.
    public static let path = "/envoy.service.auth.v3.Authorization/Check"

    private let authorizer: Authorizer

    public init(authorizer: Authorizer) {
        self.authorizer = authorizer
    }

    public func check(
        _ metadata: Metadata, _ message: [UInt8], _ isAbandoned: @Sendable () -> Bool
    ) async throws -> [UInt8] {
        // The agent went away while this waited for its turn: nobody is left to answer.
        guard !isAbandoned() else { throw CancellationError() }
        let request: Envoy_Service_Auth_V3_CheckRequest
        do {
            request = try Envoy_Service_Auth_V3_CheckRequest(serializedBytes: message)
        } catch {
            throw RPCError(code: .invalidArgument, message: "this is no CheckRequest")
        }
        let caller = CheckTranslation.caller(from: metadata)
        let verdict = await authorizer.authorize(CheckTranslation.request(from: request, caller: caller))
        if isAbandoned() { authorizer.abandon(verdict) }
        return try CheckTranslation.response(to: verdict).serializedBytes()
    }
}
