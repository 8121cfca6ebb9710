import Foundation
import NIOCore
public import PalanaCore

/// Asks OPA for each decision. Whatever isn't one well-formed answer under the asked revision is a `PolicyFailure`.
public struct OPAPolicyEngine: PolicyEngine {
    /// Errors of built-in functions end the query: by default OPA would take them as "undefined", and a denial that
    /// stumbles over odd input would not deny.
    static let path = "/v1/data/palana/egress/decision?strict-builtin-errors=true"

    private let server: OPAServer
    private let onFailure: @Sendable () -> Void

    /// - Parameter onFailure: told after each decision that could not be had, e.g. `publisher.recheck`.
    public init(server: OPAServer, onFailure: @escaping @Sendable () -> Void = {}) {
        self.server = server
        self.onFailure = onFailure
    }

    public func decide(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision {
        do {
            return try await ask(input)
        } catch {
            onFailure()
            throw error
        }
    }

    private func ask(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision {
        let answer = try await server.ask(Self.path, body: try Question(input: input).encoded())
        guard answer.status == 200 else {
            throw PolicyFailure("OPA answered \(answer.status): \(OPAProblem(answer).sentence)")
        }
        let decision = try Reply.decision(in: answer.body)
        try decision.verify(against: input)
        return decision
    }
}

private struct Question: Encodable {
    let input: PolicyInput

    func encoded() throws(PolicyFailure) -> ByteBuffer {
        do {
            return ByteBuffer(bytes: try JSONEncoder().encode(self))
        } catch {
            throw PolicyFailure("the request can't be put to OPA: \(error)")
        }
    }
}

private struct Reply: Decodable {
    let result: PolicyDecision?

    static func decision(in body: ByteBuffer) throws(PolicyFailure) -> PolicyDecision {
        let reply: Reply
        do {
            reply = try JSONDecoder().decode(Reply.self, from: Data(body.readableBytesView))
        } catch {
            throw PolicyFailure("OPA's answer is not a decision")
        }
        guard let decision = reply.result else {
            throw PolicyFailure("OPA has no decision: its policies are not loaded")
        }
        return decision
    }
}
