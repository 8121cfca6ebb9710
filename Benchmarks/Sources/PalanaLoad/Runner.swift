import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL

/// Goes through a plan and prints a line of JSON a measurement. The first thing that fails ends the run: a number from a
/// peer that refuses or loses requests says nothing.
struct Runner {
    let plan: Plan
    let dialer: Dialer

    func run() async throws {
        let contexts = try plan.peers.map { ($0.name, try Self.context(trusting: $0.trust)) }
        let tls = Dictionary(uniqueKeysWithValues: contexts)
        for round in 1...max(plan.rounds, 1) {
            for item in plan.cases {
                // Another peer begins each round, so that none always follows the same neighbour.
                for peer in plan.peers.rotated(by: round - 1) where item.peers.contains(peer.name) {
                    guard let context = tls[peer.name] else { continue }
                    do {
                        try await measure(item, peer, context, round)
                    } catch {
                        throw LoadFailure("\(item.name), \(peer.name), round \(round): \(error)")
                    }
                }
            }
        }
    }

    private func measure(_ item: Plan.Case, _ peer: Plan.Peer, _ tls: NIOSSLContext, _ round: Int) async throws {
        switch item.kind {
        case .steady: try await steady(item, peer, tls, round)
        case .cold: try await cold(item, peer, tls, round)
        case .check: try await check(item, peer, tls)
        }
    }

    private func steady(_ item: Plan.Case, _ peer: Plan.Peer, _ tls: NIOSSLContext, _ round: Int) async throws {
        let target = Target(peer: peer, item: item, host: item.host, tls: tls)
        let seconds = item.seconds ?? 1
        let from = NIODeadline.now() + .nanoseconds(Int64((item.warmup ?? 0) * 1e9))
        let span = RequestLoop.Span.window(from: from, until: from + .nanoseconds(Int64(seconds * 1e9)))
        let runs = try (0..<(item.connections ?? 1)).map { _ in try dialer.run(target, span: span) }
        let outcomes = try await EventLoopFuture.whenAllSucceed(runs, on: dialer.loop).get()
        let times = outcomes.flatMap(\.nanoseconds)
        try report(Measurement(round: round, name: item.name, peer: peer.name, nanoseconds: times, seconds: seconds))
    }

    private func cold(_ item: Plan.Case, _ peer: Plan.Peer, _ tls: NIOSSLContext, _ round: Int) async throws {
        var times: [Int64] = []
        for number in 0..<(item.requests ?? 1) {
            let host = item.host.replacing("{n}", with: "\(number)").replacing("{r}", with: "\(round)")
            let target = Target(peer: peer, item: item, host: host, tls: tls)
            times += try await dialer.run(target, span: .once(from: .now())).get().nanoseconds
        }
        try report(Measurement(round: round, name: item.name, peer: peer.name, nanoseconds: times, seconds: nil))
    }

    private func check(_ item: Plan.Case, _ peer: Plan.Peer, _ tls: NIOSSLContext) async throws {
        let target = Target(peer: peer, item: item, host: item.host, tls: tls)
        let outcome = try await dialer.run(target, span: .once(from: .now()), keepsBody: true).get()
        guard let expected = item.expect?[peer.name], outcome.body != expected else { return }
        throw LoadFailure("the answer is \"\(outcome.body.prefix(200))\" instead of \"\(expected)\"")
    }

    private func report(_ measurement: Measurement) throws {
        var line = try JSONEncoder().encode(measurement)
        line.append(UInt8(ascii: "\n"))
        try FileHandle.standardOutput.write(contentsOf: line)
    }

    private static func context(trusting file: String) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(file)
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }
}

extension Array {
    fileprivate func rotated(by count: Int) -> [Element] {
        guard !isEmpty else { return self }
        let start = count % self.count
        return Array(self[start...] + self[..<start])
    }
}
