import AuditLog
import Foundation
import PalanaCore
import TestSupport
import Testing

extension AuditLog {
    /// Ships while `body` runs, with pauses that a test has the time for.
    func ship(
        to endpoint: String, headersFile: String? = nil, authorityFile: String? = nil,
        _ change: (inout ShippingConfiguration) -> Void = { _ in },
        while body: (AuditShipper) async throws -> Void
    ) async throws {
        var configuration = try ShippingConfiguration(
            endpoint: endpoint, headersFile: headersFile, authorityFile: authorityFile)
        configuration.interval = .milliseconds(5)
        configuration.shortestPause = .milliseconds(5)
        configuration.longestPause = .milliseconds(20)
        configuration.refusedPause = .milliseconds(20)
        configuration.requestTimeout = .seconds(5)
        change(&configuration)
        let shipper = try AuditShipper(configuration, of: self, logger: AuditFixture.quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await shipper.run() }
            try await body(shipper)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Ships until the receiver has acknowledged all that is there.
    func shipAll(to endpoint: String, _ change: (inout ShippingConfiguration) -> Void = { _ in }) async throws {
        try await ship(to: endpoint, change) { shipper in
            try await eventually("all is acknowledged") { shipper.status.waiting == 0 && shipper.status.problem == nil }
        }
    }
}

/// Polls until it is so; throws after ten seconds.
func eventually(_ what: String, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while !(try condition()) {
        guard ContinuousClock.now < deadline else { throw AuditFailure("never: \(what)") }
        try await Task.sleep(for: .milliseconds(5))
    }
}

extension AuditFixture {
    /// All lines of all files.
    var lines: [String] {
        get throws { try files.flatMap { $0.bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) } } }
    }

    /// That the receiver has each line of the files, at least once and in order, and nothing else; and that what it has
    /// verifies by itself.
    func check(_ receiver: OTLPReceiver) throws {
        #expect(receiver.complaints == [])
        var seen: Set<Int> = []
        let first = receiver.records.filter { seen.insert($0.sequence).inserted }
        #expect(first.map(\.line) == (try lines))
        let place = try TemporaryFolder()
        let export = place.path("received.json")
        try receiver.export.write(to: URL(filePath: export))
        var verifier = AuditVerifier(keys: CheckpointKeys(), checkpointEvery: configuration.checkpointEvery)
        verifier.takesFoundKeys = true
        let result = try withExtendedLifetime(place) { try verifier.verify(file: export) }
        #expect(result.problem == nil)
        #expect(result.records == (try lines.count))
    }
}
