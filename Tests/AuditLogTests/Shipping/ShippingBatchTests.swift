import AuditLog
import Foundation
import PalanaCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ShippingBatchTests {
    @Test func `requests are bounded in records and in bytes`() async throws {
        let fixture = AuditFixture { $0.fileBytes = 4_096 }
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<30 { try await log.record(.sample(number)) }
        try await OTLPReceiver.serve { receiver, endpoint in
            try await log.shipAll(to: endpoint) {
                $0.batchRecords = 4
                $0.batchBytes = 4_000
            }
            try fixture.check(receiver)
            for request in receiver.taken {
                #expect((1...4).contains(request.records.count))
                #expect(request.records.count == 1 || request.records.reduce(0) { $0 + $1.line.utf8.count } <= 4_000)
            }
        }
        try log.close()
    }

    static let cursors = [
        "", "nonsense", "{}", #"{"seq":-1,"seal":"\#(String(repeating: "0", count: 64))","rejected":0}"#,
        #"{"seq":5,"seal":"\#(String(repeating: "a", count: 64))","rejected":0}"#,
        #"{"seq":999999,"seal":"\#(String(repeating: "a", count: 64))","rejected":0}"#,
    ]

    @Test(arguments: cursors)
    func `with a cursor that is damaged or of another chain all is shipped again`(cursor: String) async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<10 { try await log.record(.sample(number)) }
        let count = try fixture.lines.count
        try await OTLPReceiver.serve { receiver, endpoint in
            try await log.shipAll(to: endpoint)
            #expect(receiver.records.count == count)
            try await log.shipAll(to: endpoint)
            #expect(receiver.records.count == count)
            try fixture.replace(fixture.folder.path + "/shipped-local.json", with: Array(cursor.utf8))
            try await log.ship(to: endpoint) { shipper in
                try await eventually("all is there again") { receiver.records.count == 2 * count }
                try await eventually("all is acknowledged") { shipper.status.waiting == 0 }
            }
            try fixture.check(receiver)
        }
        try log.close()
    }

    @Test func `damaged lines are passed over and counted`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<10 { try await log.record(.sample(number)) }
        let (path, bytes) = try #require(try fixture.files.first)
        var lines = bytes.split(separator: 0x0A).map(Array.init)
        lines[4][20] ^= 1
        try fixture.replace(path, with: lines.flatMap { $0 + [0x0A] })
        let whole = Array(1...lines.count).filter { $0 != 5 }
        try await OTLPReceiver.serve { receiver, endpoint in
            try await log.ship(to: endpoint) { shipper in
                try await eventually("all is acknowledged") { shipper.status.waiting == 0 }
                #expect(shipper.status.damaged == 1)
                #expect(shipper.status.remarks.count == 1)
            }
            #expect(receiver.complaints == [])
            #expect(receiver.records.map(\.sequence) == whole)
        }
    }

    @Test(.enabled(if: TinyDisk.isPossible, "needs root or user namespaces to mount a small disk"))
    func `on a full disk nothing goes out that was not confirmed`() async throws {
        let disk = try TinyDisk(kibibytes: 512)
        defer { disk.remove() }
        let fixture = AuditFixture(at: disk.path + "/audit")
        let log = try fixture.open()
        try disk.fill()
        try await OTLPReceiver.serve { receiver, endpoint in
            try await log.ship(to: endpoint) { shipper in
                var isFull = false
                while !isFull {
                    do throws(AuditFailure) { try await log.record(.sample()) } catch { isFull = true }
                }
                try await eventually("what was confirmed is there") {
                    (receiver.records.map(\.sequence).max() ?? 0) == log.status.sequence
                }
                try disk.empty()
                for number in 0..<20 { try await log.record(.sample(number)) }
                try await eventually("all is acknowledged") {
                    shipper.status.waiting == 0 && shipper.status.problem == nil
                }
            }
            try fixture.check(receiver)
        }
        try log.close()
    }
}
