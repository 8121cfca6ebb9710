import PalanaCore

extension Authorizer {
    /// CONNECT: may any request of this agent go to this host and port at all? What is sent inside is decided again,
    /// with everything that is known then.
    func admitTunnel(
        _ request: EgressRequest, _ agent: AgentSnapshot, _ record: inout DecisionRecord
    ) throws(Refusal) -> Admission {
        try RequestSanity.check(request)
        let authority = try Authority(parsing: request.authority)
        try AuthorityAgreement.checkSpelling(authority.host)
        guard let port = authority.port else {
            throw RequestSanity.malformed("CONNECT names no port", "send CONNECT host:port")
        }
        record.note(host: authority.host, port: port)
        let scanner = scanners.scanner(for: agent)
        if let secret = scanner.secretIgnoringCase(in: authority.host.value) {
            throw .misplaced(secret, "may not stand in the host name", hint: "send it in a header")
        }
        let rule = try tunnelRule(to: authority.host, port: port, agent)
        record.allow(rule: rule)
        var admission = Admission(decisionID: record.id)
        admission.removed = reservedHeaders(of: request)
        return admission
    }

    /// The name of what allows the tunnel.
    func tunnelRule(to host: HostName, port: Int, _ agent: AgentSnapshot) throws(Refusal) -> String {
        let isOrdinary = port == 443 || port == 80
        if host.value == EnvoyNames.internalHost, isOrdinary { return EnvoyNames.internalHost }
        let rules = rules.select(for: agent, host: host.value).rules
        if let denied = rules.deny.first(where: { $0.deniesWholeHost(port: port) }) {
            throw denial("\(denied.name) denies \(host)", rule: denied.name, "ask an administrator")
        }
        if let allowed = rules.allow.first(where: { $0.rule.covers(tunnelPort: port) }) { return allowed.name }
        if modulesMayGrant(agent), isOrdinary || !rules.allow.isEmpty { return "modules" }
        switch agent.egressDefault {
        case .observe where isOrdinary: return "default"
        case .ask:
            throw Refusal(
                .awaitingApproval, "no rule allows \(host):\(port); a person has to approve it", rule: "default",
                hint: "approvals are not supported yet: ask for a rule that allows \(host)")
        default: break
        }
        guard rules.allow.isEmpty, isOrdinary || agent.egressDefault == .deny else {
            throw Refusal(
                .portNotAllowed, "no rule for \(host) allows port \(port)", rule: rules.allow.first?.name ?? "default",
                hint: "add the port \(port) to ports: of the rule for \(host)")
        }
        throw denial("no rule allows \(host)", rule: "default", "add an egress rule: host: \(host)")
    }

    private func denial(_ message: String, rule: String, _ hint: String) -> Refusal {
        Refusal(.deniedByPolicy, message, rule: rule, hint: hint)
    }

    /// The platform's own headers in an agent's request.
    func reservedHeaders(of request: EgressRequest) -> [String] {
        Set(request.headers.lazy.map(\.name).filter(GatewayHeaders.isReserved)).sorted()
    }
}

extension PolicyInput.NamedRule {
    /// A deny rule that leaves nothing of the host open on this port.
    fileprivate func deniesWholeHost(port: Int) -> Bool {
        (rule.ports.map { $0.isEmpty || $0.contains(port) } ?? true) && (rule.methods ?? []).isEmpty
            && (rule.paths ?? []).isEmpty
    }
}
