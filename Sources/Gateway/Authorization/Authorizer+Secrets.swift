import PalanaCore

extension Authorizer {
    /// Reads the secrets, once, and rewrites the request.
    func prepare(
        _ assessment: Assessment, _ decision: PolicyDecision, id: DecisionID
    ) async throws(Refusal) -> Admission {
        var admission = Admission(decisionID: id)
        admission.removed = reservedHeaders(of: assessment.request)
        let names = secretsInPlay(assessment, decision)
        let searchesRequest = assessment.agent.hasPlaceholders && assessment.request.mayHaveBody
        pass(BodyMode(searchesRequest: searchesRequest, redactsAnswer: !names.isEmpty), &admission)
        guard !names.isEmpty else { return admission }
        let values = try await read(names, of: assessment.agent)
        let injector = Injector(values: values, agent: assessment.agent)
        try checkSingle(assessment)
        var injected = try injector.apply(assessment.scan.injections, to: &admission)
        for (name, value) in values where !injected.contains(where: { $0.value.exposed == value.exposed }) {
            injected.append(InjectedValue(value: value, replacement: "[secret \(name)]"))
        }
        try plans.remember(
            injected, for: id, of: assessment.agent.id, at: now(), start: assessment.request.start)
        redact(assessment.request, &admission)
        return admission
    }

    /// A header that is rewritten takes the place of all of its name, so it must be alone.
    private func checkSingle(_ assessment: Assessment) throws(Refusal) {
        for injection in assessment.scan.injections where assessment.request.values(of: injection.header).count > 1 {
            throw RequestSanity.malformed(
                "the header \(injection.header) carries a placeholder and stands there more than once", "send it once")
        }
    }

    /// Secrets that go out with this request; where none does but the policy asks for redaction, those bound to the
    /// host.
    private func secretsInPlay(_ assessment: Assessment, _ decision: PolicyDecision) -> [String] {
        var names = Set(assessment.scan.placeholders.map(\.secret))
        if decision.redact, names.isEmpty {
            for secret in assessment.agent.secrets where secret.mode == .proxy && secret.placeholder != nil {
                if secret.hosts.contains(where: { HostPattern.matches($0, assessment.destination.host) }) {
                    names.insert(secret.name)
                }
            }
        }
        return names.sorted()
    }

    private func read(_ names: [String], of agent: AgentSnapshot) async throws(Refusal) -> [String: Secret<String>] {
        var values: [String: Secret<String>] = [:]
        for name in names {
            let reference = SecretReference(owner: agent.owner, agent: agent.name, name: name, mode: .proxy)
            let value = try await read(reference)
            if let objection = SecretValueRule.objection(to: value) {
                throw Refusal(
                    .secretUnavailable, "secret \(name) can't be used: \(objection)",
                    hint: "set it again: palana secrets rotate \(agent.name) \(name)")
            }
            values[name] = value
        }
        return values
    }

    private func read(_ reference: SecretReference) async throws(Refusal) -> Secret<String> {
        do throws(SecretFailure) {
            return try await secrets.read(reference)
        } catch {
            switch error {
            case .missing(let reason):
                throw Refusal(
                    .secretUnavailable, reason, hint: "add it: palana secrets add \(reference.agent) \(reference.name)")
            case .forbidden(let reason):
                throw Refusal(.secretUnavailable, reason, hint: "an administrator must mend the vault's policies")
            case .unavailable(let reason):
                throw Refusal(.vaultUnavailable, reason, hint: "try again; if it stays, look at palana doctor")
            }
        }
    }

    /// Makes the answer readable for redaction: no compression, no ranges (they'd cut the value in pieces of the
    /// agent's choice), no compressed WebSocket frames or gRPC messages.
    private func redact(_ request: EgressRequest, _ admission: inout Admission) {
        admission.set("accept-encoding", to: "identity")
        if request.has("grpc-accept-encoding") { admission.set("grpc-accept-encoding", to: "identity") }
        admission.removed += ["range", "if-range", "sec-websocket-extensions", "a-im"].filter(request.has)
    }

    /// Selects the route on which Envoy asks the redaction service.
    private func pass(_ bodies: BodyMode?, _ admission: inout Admission) {
        guard let bodies else { return }
        admission.bodies = bodies
        admission.removed.removeAll { $0 == GatewayHeaders.redact }
        admission.set(GatewayHeaders.redact, to: bodies.rawValue)
    }
}
