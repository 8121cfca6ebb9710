import PalanaCore
import Synchronization

/// Where one agent's messages are answered, whatever way they came: its own budget, and nobody but the agent.
final class DNSDesk: Sendable {
    /// Somebody else asked at the agent's port.
    struct ForeignSource: Sendable, Hashable {
        var agent: AgentID
        var source: IPAddress?
    }

    private struct State {
        var bucket: TokenBucket
        /// Who was reported lately, so that one who goes on asking doesn't fill the log.
        var reported: [ForeignSource: ContinuousClock.Instant] = [:]
    }

    /// Sources that are told apart in one minute; those beyond are one.
    private static let mostReported = 16
    private static let reportedFor = Duration.seconds(60)

    let agent: AgentID
    private let directory: any AgentDirectory
    private let zones: any AgentZones
    private let responder: DNSResponder
    private let report: @Sendable (ForeignSource) -> Void
    private let state: Mutex<State>

    init(
        agent: AgentID, configuration: DNSConfiguration, directory: any AgentDirectory, zones: any AgentZones,
        report: @escaping @Sendable (ForeignSource) -> Void
    ) {
        self.agent = agent
        self.directory = directory
        self.zones = zones
        self.report = report
        responder = DNSResponder(names: configuration.names)
        state = Mutex(
            State(bucket: TokenBucket(burst: configuration.burst, rate: configuration.rate, at: .now)))
    }

    /// Whether this source may ask at all. One that may not is reported, once a minute.
    func admits(_ source: IPAddress?, at now: ContinuousClock.Instant = .now) -> Bool {
        guard directory.agent(agent)?.standing == .active else { return false }
        guard !directory.sources(of: agent).admit(source) else { return true }
        if let foreign = newlySeen(source, at: now) { report(foreign) }
        return false
    }

    /// nil: no answer. The budget is spent by the agent alone, so nobody else can use it up.
    func answer(
        to message: [UInt8], from source: IPAddress?, at now: ContinuousClock.Instant = .now
    ) -> [UInt8]? {
        guard admits(source, at: now), let zone = zones.zone(of: agent),
            state.withLock({ $0.bucket.take(at: now) })
        else { return nil }
        return responder.answer(to: message, in: zone)
    }

    private func newlySeen(_ source: IPAddress?, at now: ContinuousClock.Instant) -> ForeignSource? {
        state.withLock { state in
            state.reported = state.reported.filter { now - $0.value < Self.reportedFor }
            let isCrowded = state.reported.count >= Self.mostReported
            let foreign = ForeignSource(agent: agent, source: isCrowded ? nil : source)
            guard state.reported[foreign] == nil else { return nil }
            state.reported[foreign] = now
            return foreign
        }
    }
}
