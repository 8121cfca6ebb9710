/// One change that takes away what a decision rested on: a sentence for people, and the input as it would be then, so
/// that whoever explains can ask again. Pure; a refusal's hint is the sentence of its first remedy.
public struct PolicyRemedy: Sendable, Hashable {
    /// An instruction.
    public let sentence: String
    /// The input after the change.
    public let input: PolicyInput

    /// The change to make next, or nil when nothing in the input would help: the request was allowed, or an
    /// `EgressPolicy`'s module spoke against it.
    public static func next(after decision: PolicyDecision, for input: PolicyInput) -> PolicyRemedy? {
        guard !decision.allow else { return nil }
        if let denial = input.rules.deny.firstIndex(where: { $0.name == decision.rule }) {
            return lift(denial, in: input)
        }
        let allowance = input.rules.allow.firstIndex { $0.name == decision.rule }
        switch decision.code {
        case .placeholderNotAllowedHere where allowance == nil: return bind(input)
        case .placeholderNotAllowedHere: return allowance.map { open($0, in: input) }
        case .foreignCredential: return allowance.map { trust($0, in: input) } ?? allow(input)
        case .portNotAllowed: return allow(input)
        case .deniedByPolicy, .awaitingApproval:
            return allowance != nil || decision.rule == "default" ? allow(input) : nil
        default: return nil
        }
    }

    private static func lift(_ denial: Int, in input: PolicyInput) -> PolicyRemedy {
        var changed = input
        let rule = changed.rules.deny.remove(at: denial)
        return PolicyRemedy(sentence: "Remove \(rule.name), or narrow it.", input: changed)
    }

    private static func bind(_ input: PolicyInput) -> PolicyRemedy? {
        let host = input.request.host
        guard let stray = input.credentials.placeholders.first(where: { !$0.isBound(to: host) }) else { return nil }
        var changed = input
        for index in changed.credentials.placeholders.indices
        where changed.credentials.placeholders[index].secret == stray.secret {
            changed.credentials.placeholders[index].boundHosts.append(host)
        }
        return PolicyRemedy(
            sentence: "Send the placeholder of secret \(stray.secret) to its own hosts only, or add \(host) to them.",
            input: changed)
    }

    private static func open(_ allowance: Int, in input: PolicyInput) -> PolicyRemedy {
        var changed = input
        let name = changed.rules.allow[allowance].name
        changed.rules.allow[allowance].rule.ports =
            (changed.rules.allow[allowance].rule.ports ?? []) + [input.request.port]
        return PolicyRemedy(
            sentence: "Use https; or, to send the secret in clear text, name port \(input.request.port) in \(name).",
            input: changed)
    }

    private static func trust(_ allowance: Int, in input: PolicyInput) -> PolicyRemedy {
        var changed = input
        let name = changed.rules.allow[allowance].name
        if input.credentials.foreign.isEmpty {
            changed.rules.allow[allowance].rule.cookies = .allow
            return PolicyRemedy(sentence: "Send no cookies, or set cookies: allow in \(name).", input: changed)
        }
        changed.rules.allow[allowance].rule.credentials = .any
        return PolicyRemedy(
            sentence:
                "Send the agent's placeholder in place of its own credential, or set credentials: any in \(name).",
            input: changed)
    }

    private static func allow(_ input: PolicyInput) -> PolicyRemedy {
        var changed = input
        let request = input.request
        let usual = ["https": 443, "http": 80][request.scheme] == request.port
        let tunnel = request.method == "CONNECT"
        let rule = EgressRule(
            host: request.host, ports: usual ? nil : [request.port], methods: tunnel ? nil : [request.method],
            paths: tunnel ? nil : [request.path])
        changed.rules.allow.append(PolicyInput.NamedRule(name: "the added rule", rule: rule))
        return PolicyRemedy(sentence: "Add \(rule.written) to spec.egress.allow.", input: changed)
    }
}

extension PolicyInput.Placeholder {
    fileprivate func isBound(to host: String) -> Bool {
        boundHosts.contains { $0 == host || ($0.hasPrefix("*.") && host.hasSuffix($0.dropFirst())) }
    }
}

extension EgressRule {
    /// As one would write it in YAML, on one line.
    fileprivate var written: String {
        let lists = [
            ports.map { "ports: [\($0.map(String.init).joined(separator: ", "))]" },
            methods.map { "methods: [\($0.joined(separator: ", "))]" },
            paths.map { "paths: [\($0.map { "\"\($0)\"" }.joined(separator: ", "))]" },
        ]
        return "{\((["host: \(host)"] + lists.compactMap(\.self)).joined(separator: ", "))}"
    }
}
