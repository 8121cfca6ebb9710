public import PalanaCore
import Synchronization

/// Decides as the shipped base module does for allow rules, deny rules and defaults: enough to test what stands
/// around it. A test may put its own answer in the engine's place.
public final class PolicyEngineFake: PolicyEngine {
    public typealias Answer = @Sendable (PolicyInput) async throws(PolicyFailure) -> PolicyDecision

    private struct State {
        var inputs: [PolicyInput] = []
        var answer: Answer?
    }

    private let state = Mutex(State())

    public init(answer: Answer? = nil) {
        state.withLock { $0.answer = answer }
    }

    /// What was asked, in order.
    public var inputs: [PolicyInput] { state.withLock { $0.inputs } }

    public func decide(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision {
        let answer = state.withLock { state in
            state.inputs.append(input)
            return state.answer
        }
        if let answer { return try await answer(input) }
        return PolicyEngineFake.decide(input)
    }

    public static func decide(_ input: PolicyInput) -> PolicyDecision {
        if let denied = input.rules.deny.first(where: { fits($0.rule, input.request, anyPort: true) }) {
            return decision(.deny, denied.name, "\(denied.name) denies it", input)
        }
        guard let allowed = input.rules.allow.first(where: { fits($0.rule, input.request, anyPort: false) }) else {
            return byDefault(input)
        }
        if !input.credentials.foreign.isEmpty, allowed.rule.credentials != .any {
            return decision(.deny, allowed.name, "foreign credential", input, .foreignCredential)
        }
        return decision(.allow, allowed.name, "\(allowed.name) allows it", input)
    }

    private static func byDefault(_ input: PolicyInput) -> PolicyDecision {
        switch input.rules.default {
        case .deny: decision(.deny, "default", "no rule allows \(input.request.host)", input)
        case .ask: decision(.ask, "default", "a person has to approve it", input)
        case .observe: decision(.allow, "default", "observed", input)
        }
    }

    private static func fits(_ rule: EgressRule, _ request: PolicyInput.Request, anyPort: Bool) -> Bool {
        let scheme = RequestScheme(rawValue: request.scheme) ?? .http
        let port =
            anyPort ? rule.ports?.contains(request.port) ?? true : rule.covers(scheme: scheme, port: request.port)
        return port && (rule.methods?.contains(request.method) ?? true)
            && (rule.paths?.contains { PathGlob.matches($0, request.path) } ?? true)
    }

    private static func decision(
        _ action: PolicyDecision.Action, _ rule: String, _ reason: String, _ input: PolicyInput,
        _ code: RefusalCode? = nil
    ) -> PolicyDecision {
        let secrets = Set(input.credentials.placeholders.map(\.secret)).sorted()
        return PolicyDecision(
            allow: action == .allow, action: action, rule: rule, reason: reason,
            inject: action == .allow ? secrets : [],
            redact: action == .allow && !secrets.isEmpty, policyRevision: input.policyRevision, code: code)
    }
}
