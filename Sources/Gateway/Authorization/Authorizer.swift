public import Foundation
import Logging
public import PalanaCore

/// Decides every request that leaves an agent. Whatever goes wrong on the way ends in a refusal.
///
/// ```
/// identity → standing → sanity → authority → rules → credentials → OPA → secrets → audit → answer
/// ```
public struct Authorizer: Sendable {
    let directory: any AgentDirectory
    let policy: any PolicyEngine
    let secrets: any SecretReader
    let audit: any AuditSink
    let plans: RedactionPlans
    let rules: RuleBook
    let configuration: AuthorizerConfiguration
    let now: @Sendable () -> Date
    let scanners = ScannerCache()
    let log = Logger(label: "gateway.authorization")

    public init(
        directory: any AgentDirectory, policy: any PolicyEngine, secrets: any SecretReader, audit: any AuditSink,
        rules: RuleBook, plans: RedactionPlans,
        configuration: AuthorizerConfiguration = AuthorizerConfiguration(),
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.directory = directory
        self.policy = policy
        self.secrets = secrets
        self.audit = audit
        self.plans = plans
        self.rules = rules
        self.configuration = configuration
        self.now = now
    }

    /// Never throws and never lets a doubt pass. The audit record is written before this returns.
    public func authorize(_ request: EgressRequest) async -> AuthorizationVerdict {
        let id = request.id ?? DecisionID.random()
        let isTunnel = request.method == "CONNECT"
        var record = DecisionRecord(request, id: id, action: isTunnel ? "connect" : "egress", time: now())
        do throws(Refusal) {
            var admission = try await decide(request, &record)
            admission.decision = record.metadata
            admission.normalizeAuthority(of: request)
            try await write(record)
            // What was recorded may have been an alarm.
            _ = try standing(of: request.caller)
            return .admitted(admission)
        } catch {
            plans.end(id)
            return .refused(await refuse(error, request, &record))
        }
    }

    /// The verdict reached nobody: its request won't go out. (Had it come later, the access log would have said so.)
    func abandon(_ verdict: AuthorizationVerdict) {
        if case .admitted(let admission) = verdict { plans.end(admission.decisionID) }
    }

    private func decide(_ request: EgressRequest, _ record: inout DecisionRecord) async throws(Refusal) -> Admission {
        guard let hop = request.caller.hop else {
            throw Refusal(.unknownAgent, "the connection doesn't say which way it came", hint: "look at palana doctor")
        }
        let agent = try standing(of: request.caller)
        record.note(agent)
        // Plain http goes out from the front itself, so everything but a tunnel gets the whole decision there too.
        guard hop == .front, request.method == "CONNECT" else { return try await admit(request, agent, &record) }
        return try admitTunnel(request, agent, &record)
    }

    /// A request that goes out if it is admitted.
    private func admit(
        _ request: EgressRequest, _ agent: AgentSnapshot, _ record: inout DecisionRecord
    ) async throws(Refusal) -> Admission {
        let scanner = scanners.scanner(for: agent)
        record.note(request, maskedBy: scanner)
        if try isInternal(request) { return try admitInternal(request, scanner, &record) }
        let assessment = try assess(request, agent, scanner, &record)
        let decision = try await ask(assessment, id: record.id)
        record.note(decision)
        try DecisionCheck.admit(decision, for: assessment)
        let admission = try await prepare(assessment, decision, id: record.id)
        _ = try standing(of: request.caller)
        record.allow()
        return admission
    }

    /// Only an agent that is there and active may send anything.
    func standing(of caller: CallerIdentity) throws(Refusal) -> AgentSnapshot {
        guard let id = caller.agent, let agent = directory.agent(id) else {
            throw Refusal(.unknownAgent, "no agent belongs to this connection", hint: "start the agent again")
        }
        guard directory.sources(of: id).admit(caller.source) else { throw .foreignSource }
        switch agent.standing {
        case .active: return agent
        case .killed:
            throw Refusal(.killed, "agent \(agent.name) was killed", hint: "an administrator can release it")
        case .suspended:
            throw Refusal(.suspended, "agent \(agent.name) is suspended", hint: "start it: palana start \(agent.name)")
        }
    }

    /// Reads the request; asks no one.
    func assess(
        _ request: EgressRequest, _ agent: AgentSnapshot, _ scanner: PlaceholderScanner, _ record: inout DecisionRecord
    ) throws(Refusal) -> Assessment {
        try RequestSanity.check(request)
        guard request.method != "CONNECT" else {
            throw RequestSanity.malformed("CONNECT inside a tunnel", "open tunnels at the proxy itself")
        }
        let destination = try AuthorityAgreement.destination(of: request)
        record.note(host: destination.host, port: destination.port)
        let path = try RequestPath(target: request.target)
        let query = try RequestQuery(path.query)
        record.note(queryKeys: query.keys, maskedBy: scanner)
        let scan = try CredentialScan(
            CredentialSearch.Subject(
                method: request.method, host: destination.host, target: request.target, query: query,
                headers: request.headers),
            with: CredentialSearch(agent: agent, scanner: scanner, holder: directory.holder(ofPlaceholder:)))
        record.note(scan)
        let selection = rules.select(for: agent, host: destination.host.value)
        return Assessment(
            agent: agent, request: request, destination: destination, path: path, query: query, scan: scan,
            rules: selection.rules.tightened(for: path), revision: selection.revision,
            modulesMayGrant: modulesMayGrant(agent))
    }

    /// Whether a module may allow what no rule names.
    func modulesMayGrant(_ agent: AgentSnapshot) -> Bool {
        rules.policies.contains { $0.grants && $0.selector.selects(owner: agent.owner, labels: agent.labels) }
    }

    func ask(_ assessment: Assessment, id: DecisionID) async throws(Refusal) -> PolicyDecision {
        do {
            return try await policy.decide(assessment.policyInput(id: id, time: now()))
        } catch {
            log.error("policy failed", metadata: ["reason": "\(error.reason)", "decision": "\(id)"])
            throw Refusal(
                .policyUnavailable, "the policy engine gave no decision: \(error.reason)",
                hint: "try again; if it stays, look at palana doctor")
        }
    }
}
