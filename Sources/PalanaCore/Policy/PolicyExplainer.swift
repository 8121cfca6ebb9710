/// Why a request was decided as it was, and what would allow it.
public struct PolicyReplay: Sendable, Hashable, Codable {
    /// The decision, made anew.
    public let decision: PolicyDecision
    /// Changes that allow the request if all of them are made, in order. Empty when it is allowed.
    public let remedies: [String]
    /// What stands in the way although all remedies were made: an `EgressPolicy`'s module.
    public let obstacle: String?
}

/// Replays decisions. A decision depends on nothing but its input and the revision, so the answer is the same one that
/// the request got as long as that revision is loaded.
public struct PolicyExplainer: Sendable {
    private static let steps = 12
    private let engine: any PolicyEngine

    public init(engine: any PolicyEngine) {
        self.engine = engine
    }

    /// Makes the smallest change that answers each refusal, and asks again, until the request is allowed.
    public func explain(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyReplay {
        let decision = try await engine.decide(input)
        var (current, latest, remedies) = (input, decision, [String]())
        while remedies.count < Self.steps, let remedy = PolicyRemedy.next(after: latest, for: current) {
            remedies.append(remedy.sentence)
            current = remedy.input
            latest = try await engine.decide(current)
        }
        let obstacle = latest.allow ? nil : "\(latest.rule): \(latest.reason)"
        return PolicyReplay(decision: decision, remedies: remedies, obstacle: obstacle)
    }
}
