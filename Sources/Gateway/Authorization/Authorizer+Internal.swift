import PalanaCore

extension Authorizer {
    /// Whether the request is for the gateway itself: exactly those spellings that its virtual host in `Routes` matches,
    /// with a dot at its end, a port, or neither, in letters of either case.
    func isInternal(_ request: EgressRequest) throws(Refusal) -> Bool {
        let own = Array(EnvoyNames.internalHost.utf8)
        var name = request.authority.utf8.prefix { $0 != UInt8(ascii: ":") }.map(\.lowercased)
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        return name == own
    }

    /// Any active agent may ask `palana.internal`, over http and https; no secret is ever put into such a request.
    /// Who asks is set here and nowhere else.
    func admitInternal(
        _ request: EgressRequest, _ scanner: PlaceholderScanner, _ record: inout DecisionRecord
    ) throws(Refusal) -> Admission {
        try RequestSanity.check(request)
        let destination = try AuthorityAgreement.destination(of: request)
        record.note(host: destination.host, port: destination.port)
        guard destination.port == destination.scheme.defaultPort else {
            throw Refusal(
                .portNotAllowed, "\(EnvoyNames.internalHost) answers on 443 and 80 only",
                rule: EnvoyNames.internalHost,
                hint: "leave the port out")
        }
        guard let agent = request.caller.agent else {
            throw Refusal(.unknownAgent, "no agent belongs to this connection", hint: "start the agent again")
        }
        guard request.method != "CONNECT" else {
            throw RequestSanity.malformed("CONNECT inside a tunnel", "open tunnels at the proxy itself")
        }
        var admission = Admission(decisionID: record.id)
        admission.removed = reservedHeaders(of: request).filter {
            $0 != GatewayHeaders.intent && $0 != GatewayHeaders.agent
        }
        admission.removed += KnownCredentials.headers.union(["cookie"]).filter(request.has).sorted()
        admission.set(GatewayHeaders.agent, to: agent.rawValue)
        record.allow(rule: EnvoyNames.internalHost)
        return admission
    }
}
