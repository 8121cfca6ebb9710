import PalanaCore

/// Takes OPA's answer only as far as it agrees with what was asked: a second net under the policy, in another language.
enum DecisionCheck {
    /// - Throws: the refusal that the decision means, or `policy_unavailable` for an answer that makes no sense.
    static func admit(_ decision: PolicyDecision, for assessment: Assessment) throws(Refusal) {
        guard decision.policyRevision == assessment.revision else {
            throw nonsense("the policy engine answered under another revision")
        }
        guard decision.allow == (decision.action == .allow) else {
            throw nonsense("the policy engine contradicts itself")
        }
        guard decision.allow else { throw refusal(decision, assessment) }
        let rule = try namedRule(decision, assessment)
        try checkForeign(decision, rule, assessment)
        try checkPlaceholders(decision, rule, assessment)
    }

    /// The rule that allowed; nil when the default or a module did.
    private static func namedRule(
        _ decision: PolicyDecision, _ assessment: Assessment
    ) throws(Refusal) -> EgressRule? {
        if let named = assessment.rules.allow.first(where: { $0.name == decision.rule }) { return named.rule }
        let isDefault = decision.rule == "default" && assessment.agent.egressDefault == .observe
        guard isDefault || assessment.modulesMayGrant else {
            throw nonsense("the policy engine names a rule that it wasn't given")
        }
        return nil
    }

    private static func checkForeign(
        _ decision: PolicyDecision, _ rule: EgressRule?, _ assessment: Assessment
    ) throws(Refusal) {
        let grantedByModule = rule == nil && decision.rule != "default"
        let hasCookies = assessment.request.has("cookie") && rule?.cookies == .deny
        let isForeign = !assessment.scan.foreign.isEmpty && rule?.credentials != .any && !grantedByModule
        guard hasCookies || isForeign else { return }
        let place = hasCookies ? "cookie" : assessment.scan.foreign.joined(separator: ", ")
        throw Refusal(
            .foreignCredential, "the request carries a credential that isn't the agent's placeholder: \(place)",
            rule: decision.rule, hint: "send the placeholder, or set credentials: any in the rule")
    }

    private static func checkPlaceholders(
        _ decision: PolicyDecision, _ rule: EgressRule?, _ assessment: Assessment
    ) throws(Refusal) {
        guard let placeholder = assessment.scan.placeholders.first else { return }
        guard decision.rule != "default" else {
            throw misplaced(
                placeholder.secret, "no rule names \(assessment.destination.host), it is only observed", decision)
        }
        guard Set(assessment.scan.placeholders.map(\.secret)).isSubset(of: decision.inject) else {
            throw misplaced(placeholder.secret, "the policy doesn't let it through", decision)
        }
        let namesPort = rule?.ports?.contains(assessment.destination.port) ?? false
        guard assessment.destination.scheme == .https || namesPort else {
            throw misplaced(placeholder.secret, "plain http would show it to the network", decision)
        }
    }

    private static func refusal(_ decision: PolicyDecision, _ assessment: Assessment) -> Refusal {
        if decision.action == .ask {
            return Refusal(
                .awaitingApproval, decision.reason, rule: decision.rule,
                hint: "approvals are not supported yet: ask for a rule that allows \(assessment.destination.host)")
        }
        let code = decision.code ?? .deniedByPolicy
        return Refusal(code, decision.reason, rule: decision.rule, hint: hint(code, decision.rule, assessment))
    }

    private static func hint(_ code: RefusalCode, _ rule: String?, _ assessment: Assessment) -> String {
        let host = assessment.destination.host.value
        let explain =
            "see: palana policy explain \(assessment.agent.name) \(assessment.request.method) \(assessment.url)"
        return switch code {
        case .foreignCredential: "send the agent's placeholder, or set credentials: any in the rule for \(host)"
        case .portNotAllowed: "add the port \(assessment.destination.port) to ports: of the rule for \(host)"
        case .placeholderNotAllowedHere: "send the placeholder over https to one of the secret's hosts"
        case .policyUnavailable: "try again; if it stays, look at palana doctor"
        case .deniedByPolicy where rule == "default": "add an egress rule: host: \(host); \(explain)"
        default: explain
        }
    }

    private static func misplaced(_ secret: String, _ reason: String, _ decision: PolicyDecision) -> Refusal {
        .misplaced(
            secret, "may not go out: \(reason)", rule: decision.rule,
            hint: "send it over https to a host that a rule names")
    }

    private static func nonsense(_ reason: String) -> Refusal {
        Refusal(.policyUnavailable, reason, hint: "try again; if it stays, look at palana doctor")
    }
}

extension Assessment {
    /// Without the query, for people.
    var url: String {
        let port = destination.port == destination.scheme.defaultPort ? "" : ":\(destination.port)"
        return "\(destination.scheme.rawValue)://\(destination.host)\(port)\(path.matching)".printable(limit: 300)
    }
}
