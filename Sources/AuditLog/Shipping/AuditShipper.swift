import AsyncHTTPClient
import Foundation
public import Logging
public import PalanaCore
public import ServiceLifecycle
import Synchronization

/// Ships the records of one audit log elsewhere by OTLP/HTTP, each at least once and in order: what the receiver has
/// acknowledged is kept beside the files, and everything after that is sent until it has it. Nobody waits for it: while
/// the receiver is away, records stay in the files.
///
/// Stands before the log in a group of services, so that it ends after it and the log's last records go out, too.
public final class AuditShipper: Service {
    private let configuration: ShippingConfiguration
    private let http: HTTPClient.Configuration
    private let log: AuditLog
    private let desk: ShippingDesk
    private let logger: Logger
    private let state = Mutex(ShippingStatus())

    /// - Throws: what is wrong with the settings' files.
    public init(_ configuration: ShippingConfiguration, of log: AuditLog, logger: Logger) throws(AuditFailure) {
        self.configuration = configuration
        self.log = log
        self.logger = logger
        http = try configuration.http()
        if let file = configuration.headersFile { _ = try ShippingHeaders.read(file) }
        let settings = log.configuration
        desk = try ShippingDesk(configuration, folder: settings.folder, replica: settings.replica, now: settings.now)
    }

    public var status: ShippingStatus {
        var status = state.withLock { $0 }
        status.waiting = max(0, log.status.sequence - status.acknowledged)
        return status
    }

    /// Ships until the service is to end; then once more what is there, for a moment.
    public func run() async throws {
        try await HTTPClient.withHTTPClient(configuration: http) { client in
            let receiver = OTLPClient(configuration: configuration, client: client)
            do {
                try await cancelWhenGracefulShutdown { try await self.ship(to: receiver) }
            } catch is CancellationError {
                await self.finish(with: receiver)
            }
        }
    }

    /// What follows a step.
    private enum Step {
        case more
        case idle
        case pause(Duration)
    }

    private func ship(to receiver: OTLPClient) async throws {
        var round = Round(configuration)
        while true {
            switch try await step(to: receiver, &round) {
            case .more: continue
            case .idle: try await configuration.sleep(configuration.interval)
            case .pause(let time): try await configuration.sleep(time)
            }
        }
    }

    /// The last records, if the receiver takes them at once. The rest goes out after the next start.
    private func finish(with receiver: OTLPClient) async {
        guard state.withLock({ $0.problem == nil }) else { return }
        do {
            try await withDeadline(configuration.lastRound, sleep: configuration.sleep) {
                var round = Round(self.configuration)
                while case .more = try await self.step(to: receiver, &round) {}
            }
        } catch {
            logger.notice("audit.shipping.cut_short", metadata: ["waiting": "\(status.waiting)"])
        }
    }

    /// What one attempt leaves to the next.
    private struct Round {
        var backoff: Backoff
        /// Most records in a request: fewer after it was too long.
        var limit: Int
        let most: Int

        init(_ configuration: ShippingConfiguration) {
            backoff = Backoff(from: configuration.shortestPause, to: configuration.longestPause)
            most = configuration.batchRecords
            limit = most
        }
    }

    private func step(to receiver: OTLPClient, _ round: inout Round) async throws -> Step {
        let parcel: ShippingDesk.Parcel?
        do throws(AuditFailure) {
            let (cursor, problem) = try await desk.open()
            if let problem { logger.warning("audit.shipping.from_the_beginning", metadata: ["reason": "\(problem)"]) }
            tell(cursor)
            parcel = try await desk.next(upTo: log.status.sequence, records: round.limit)
        } catch {
            tell(problem: error.reason)
            return .pause(round.backoff.next())
        }
        guard let parcel else {
            tell(problem: nil)
            return .idle
        }
        if parcel.batch.records.isEmpty { return await acknowledge(parcel, 0, nil, &round) }
        switch try await receiver.send(parcel.body, parcel.headers) {
        case .acknowledged(let rejected, let reason): return await acknowledge(parcel, rejected, reason, &round)
        case .later(let reason, let pause):
            tell(problem: "\(configuration.endpoint): \(reason)")
            return .pause(max(round.backoff.next(), pause ?? .zero))
        case .tooLong where parcel.batch.records.count > 1:
            round.limit = parcel.batch.records.count / 2
            return .more
        case .tooLong(let reason), .refused(let reason):
            tell(problem: "\(configuration.endpoint): \(reason)")
            return .pause(configuration.refusedPause)
        }
    }

    private func acknowledge(
        _ parcel: ShippingDesk.Parcel, _ rejected: Int, _ reason: String?, _ round: inout Round
    ) async -> Step {
        let count = parcel.batch.records.count
        if rejected > 0 {
            logger.error(
                "audit.shipping.rejected",
                metadata: [
                    "records": "\(rejected)", "of": "\(count)", "reason": "\(reason ?? "none given")",
                    "first": "\(parcel.batch.records.first?.sequence ?? 0)",
                ])
        }
        if let damage = parcel.batch.damage { tell(damage) }
        round.backoff.reset()
        round.limit = min(max(round.limit, 1) * 2, round.most)
        do throws(AuditFailure) {
            tell(try await desk.acknowledge(parcel.batch, rejected: min(rejected, count), reason: reason))
            tell(problem: nil)
        } catch {
            tell(problem: error.reason)
        }
        return .more
    }

    // MARK: - What is told

    private func tell(_ cursor: ShippingCursor) {
        state.withLock { state in
            state.acknowledged = cursor.sequence
            state.rejected = cursor.rejected
            state.rejection = cursor.rejection
        }
    }

    private func tell(_ damage: (first: String, count: Int)) {
        state.withLock { $0.damaged += damage.count }
        logger.error("audit.shipping.damaged", metadata: ["lines": "\(damage.count)", "first": "\(damage.first)"])
    }

    /// Says once when things go wrong and right again.
    private func tell(problem: String?) {
        let before = state.withLock { state in
            defer { state.problem = problem }
            return state.problem
        }
        if let problem, problem != before {
            logger.error("audit.shipping.failing", metadata: ["reason": "\(problem)"])
        } else if problem == nil, before != nil {
            logger.notice("audit.shipping.recovered")
        }
    }
}
