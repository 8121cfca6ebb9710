public import Foundation
import Logging
public import PalanaCore

/// Answers `palana.internal`: who the agent is, its agent-readable secrets, why something would be refused.
///
/// The caller and its source are named by headers that Envoy sets from the connection and takes from nobody else; it is believed
/// because this service listens only on a Unix socket that Envoy alone may reach.
public struct InternalService: Sendable {
    private let directory: any AgentDirectory
    private let secrets: any SecretReader
    private let audit: any AuditSink
    private let explainer: Explainer
    private let budget = ExplainBudget()
    private let now: @Sendable () -> Date
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let log = Logger(label: "gateway.internal")

    public init(
        directory: any AgentDirectory, secrets: any SecretReader, audit: any AuditSink, explainer: Explainer,
        now: @escaping @Sendable () -> Date = { Date() },
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.directory = directory
        self.secrets = secrets
        self.audit = audit
        self.explainer = explainer
        self.now = now
        self.instant = instant
    }

    /// Never throws: what can't be answered is refused.
    public func answer(_ call: InternalCall) async -> InternalAnswer {
        do throws(Refusal) {
            return try await route(call)
        } catch {
            return InternalAnswer(error)
        }
    }

    private func route(_ call: InternalCall) async throws(Refusal) -> InternalAnswer {
        let path = call.target.prefix { $0 != "?" }
        guard path != "/healthz" else { return InternalAnswer(body: Data("ok\n".utf8)) }
        let agent = try caller(of: call)
        guard call.method == "GET" || call.method == "HEAD" else {
            throw Refusal(.malformedRequest, "palana.internal answers GET only", agent: agent.id, hint: "send GET")
        }
        switch path {
        case "/v1/whoami": return try InternalAnswer(json: AgentDescription(agent))
        case "/v1/explain": return try await explain(call, agent)
        default: break
        }
        guard path.hasPrefix("/v1/secrets/") else {
            return InternalAnswer(
                Refusal(
                    .malformedRequest, "palana.internal has no \(String(path).printable(limit: 100))", agent: agent.id,
                    hint: "ask for /v1/whoami, /v1/secrets/NAME, /v1/explain?method=&url= or /healthz"),
                status: 404)
        }
        return try await secret(String(path.dropFirst("/v1/secrets/".count)), call, agent)
    }

    private func caller(of call: InternalCall) throws(Refusal) -> AgentSnapshot {
        let names = call.values(of: GatewayHeaders.agent)
        guard names.count == 1, let agent = directory.agent(AgentID(rawValue: names[0])) else {
            throw Refusal(.unknownAgent, "no agent belongs to this connection", hint: "start the agent again")
        }
        let source = call.values(of: GatewayHeaders.source)
        guard source.count <= 1, directory.sources(of: agent.id).admit(source.first.flatMap(IPAddress.init)) else {
            throw .foreignSource
        }
        switch agent.standing {
        case .active: return agent
        case .killed: throw Refusal(.killed, "agent \(agent.name) was killed", agent: agent.id)
        case .suspended: throw Refusal(.suspended, "agent \(agent.name) is suspended", agent: agent.id)
        }
    }

    private func explain(_ call: InternalCall, _ agent: AgentSnapshot) async throws(Refusal) -> InternalAnswer {
        let query = try RequestQuery(try RequestPath(target: call.target).query)
        guard let url = query.first("url") else {
            throw Refusal(
                .malformedRequest, "explain needs the query parameter url", agent: agent.id,
                hint: "ask for /v1/explain?method=GET&url=https%3A%2F%2Fapi.example.com%2F")
        }
        try await spend(agent)
        return try InternalAnswer(
            json: try await explainer.explain(agent: agent.id, method: query.first("method") ?? "GET", url: url))
    }

    /// Takes one answer off what the agent may ask for.
    private func spend(_ agent: AgentSnapshot) async throws(Refusal) {
        guard case .refused(let isNews) = budget.take(agent.id, at: instant()) else { return }
        if isNews {
            var event = AuditEvent(kind: .decision, action: "explain", outcome: .denied, time: now())
            event.code = .tooManyRequests
            event.reason = "asked palana.internal to explain more often than is answered"
            try await record(event, agent)
        }
        throw Refusal(
            .tooManyRequests, "agent \(agent.name) asks for explanations too often", agent: agent.id,
            hint: "wait a second between two of them")
    }

    private func secret(_ name: String, _ call: InternalCall, _ agent: AgentSnapshot) async throws(Refusal)
        -> InternalAnswer
    {
        try checkIntent(call, agent)
        guard let binding = agent.secrets.first(where: { $0.name == name }) else {
            throw Refusal(
                .secretUnavailable, "agent \(agent.name) has no secret \(name.printable(limit: 64))", agent: agent.id,
                hint: "list it in spec.secrets with mode: agent")
        }
        guard binding.mode == .agent else {
            throw Refusal(
                .deniedByPolicy,
                "secret \(binding.name) is for the gateway only: its placeholder is used instead of it",
                agent: agent.id, rule: "spec.secrets",
                hint: "send the placeholder in a request to \(binding.hosts.joined(separator: ", "))")
        }
        let value = try await read(binding.name, of: agent)
        var event = AuditEvent(kind: .secret, action: "read", outcome: .succeeded, time: now())
        event.secrets = ["\(binding.name)@agent"]
        try await record(event, agent)
        // What was recorded may have been an alarm.
        _ = try caller(of: call)
        return InternalAnswer(
            headers: [HeaderField(name: "content-type", value: "text/plain; charset=utf-8")],
            body: Data(value.exposed.utf8))
    }

    /// Against requests that the agent was tricked into: a page in a browser or a URL-fetching tool can't send this
    /// header.
    private func checkIntent(_ call: InternalCall, _ agent: AgentSnapshot) throws(Refusal) {
        let foreign = ["origin", "sec-fetch-site", "sec-fetch-mode", "referer"].filter { !call.values(of: $0).isEmpty }
        guard call.values(of: GatewayHeaders.intent) == ["1"], foreign.isEmpty else {
            throw Refusal(
                .deniedByPolicy, "a secret is read with the header Palana-Request: 1 and from no web page",
                agent: agent.id,
                rule: EnvoyNames.internalHost, hint: "send Palana-Request: 1")
        }
    }

    private func read(_ name: String, of agent: AgentSnapshot) async throws(Refusal) -> Secret<String> {
        do throws(SecretFailure) {
            return try await secrets.read(
                SecretReference(owner: agent.owner, agent: agent.name, name: name, mode: .agent))
        } catch {
            switch error {
            case .missing(let reason), .forbidden(let reason):
                throw Refusal(.secretUnavailable, reason, agent: agent.id)
            case .unavailable(let reason):
                throw Refusal(
                    .vaultUnavailable, reason, agent: agent.id, hint: "try again; if it stays, look at palana doctor")
            }
        }
    }

    /// Before an answer goes out; without a record it doesn't.
    private func record(_ event: AuditEvent, _ agent: AgentSnapshot) async throws(Refusal) {
        var event = event
        event.agent = agent.id
        event.agentName = agent.name
        event.owner = agent.owner
        do {
            try await audit.record(event)
        } catch {
            log.error("audit failed", metadata: ["reason": "\(error.reason)"])
            throw Refusal(.auditUnavailable, "the audit log can't take the record: \(error.reason)", agent: agent.id)
        }
    }
}

extension RequestQuery {
    /// The decoded value of the first parameter of this name.
    fileprivate func first(_ key: String) -> String? {
        guard let value = items.first(where: { $0.key == key })?.value, !value.isEmpty else { return nil }
        let spaced = value.utf8.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(decoding: PercentCoding.decoded(spaced), as: UTF8.self)
    }
}
