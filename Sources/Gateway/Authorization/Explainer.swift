import Foundation
public import PalanaCore

/// Runs the authorizer's pipeline dry: reads no secret, writes no record, lets nothing out.
public struct Explainer: Sendable {
    private let authorizer: Authorizer

    public init(authorizer: Authorizer) {
        self.authorizer = authorizer
    }

    /// What would be decided about a request of an agent, why, and what would allow it.
    /// - Parameter url: `https://host[:port]/path`; without credentials.
    /// - Throws: a refusal when there is no such agent or the text is no URL; what the pipeline refuses is an
    ///   explanation.
    public func explain(agent id: AgentID, method: String, url: String) async throws(Refusal) -> PolicyExplanation {
        guard let agent = authorizer.directory.agent(id) else {
            throw Refusal(.unknownAgent, "there is no agent \(id.rawValue.printable(limit: 70))")
        }
        let request = try Explainer.request(agent: id, method: method, url: url)
        do {
            return try await decided(request, agent, method: method, url: url)
        } catch {
            return PolicyExplanation(
                agent: id, method: method.printable(limit: 32), url: url.printable(limit: 300),
                action: error.code == .awaitingApproval ? .ask : .deny, rule: error.rule ?? "platform",
                reason: error.message,
                code: error.code, remedies: error.hint.map { [$0] } ?? [], policyRevision: authorizer.rules.revision)
        }
    }

    private func decided(
        _ request: EgressRequest, _ agent: AgentSnapshot, method: String, url: String
    ) async throws(Refusal) -> PolicyExplanation {
        let id = DecisionID.random()
        var record = DecisionRecord(request, id: id, action: "explain", time: authorizer.now())
        _ = try authorizer.standing(of: request.caller)
        let scanner = authorizer.scanners.scanner(for: agent)
        let assessment = try authorizer.assess(request, agent, scanner, &record)
        let replay = try await replay(assessment.policyInput(id: id, time: authorizer.now()))
        let decision = replay.decision
        var refusal: Refusal?
        do {
            try DecisionCheck.admit(decision, for: assessment)
        } catch {
            refusal = error
        }
        return PolicyExplanation(
            agent: agent.id, method: method, url: url.printable(limit: 300),
            action: refusal == nil ? .allow : decision.action == .ask ? .ask : .deny,
            rule: refusal?.rule ?? decision.rule,
            reason: refusal?.message ?? decision.reason, code: refusal?.code, remedies: Self.remedies(replay, refusal),
            policyRevision: decision.policyRevision)
    }

    private func replay(_ input: PolicyInput) async throws(Refusal) -> PolicyReplay {
        do {
            return try await PolicyExplainer(engine: authorizer.policy).explain(input)
        } catch {
            throw Refusal(
                .policyUnavailable, "the policy engine gave no decision: \(error.reason)",
                hint: "try again; if it stays, look at palana doctor")
        }
    }

    /// What would allow it, each step replayed; the refusal's own hint where the rules have nothing to offer.
    private static func remedies(_ replay: PolicyReplay, _ refusal: Refusal?) -> [String] {
        guard let refusal else { return [] }
        let steps = replay.remedies + (replay.obstacle.map { [$0] } ?? [])
        return steps.isEmpty ? refusal.hint.map { [$0] } ?? [] : steps
    }

    /// The request that the URL stands for, as it would arrive on the inner hop.
    private static func request(agent: AgentID, method: String, url: String) throws(Refusal) -> EgressRequest {
        guard let mark = url.range(of: "://"),
            let scheme = RequestScheme(rawValue: url[..<mark.lowerBound].lowercased())
        else {
            throw RequestSanity.malformed(
                "\"\(url.printable(limit: 100))\" is no http or https URL",
                "write it as in https://api.example.com/path")
        }
        let rest = url[mark.upperBound...]
        let authority = String(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
        let target = rest.dropFirst(authority.count).prefix { $0 != "#" }
        let host = try Authority(parsing: authority).host
        return EgressRequest(
            caller: CallerIdentity(agent: agent, hop: .mitm), method: method, scheme: scheme.rawValue,
            target: target.hasPrefix("/") ? String(target) : "/" + target, authority: authority,
            sni: scheme == .https ? host.value : nil)
    }
}
