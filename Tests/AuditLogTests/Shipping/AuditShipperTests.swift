import AuditLog
import Foundation
import PalanaCore
import ServiceLifecycle
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct AuditShipperTests {
    typealias Behaviour = OTLPReceiver.Behaviour

    @Test func `records arrive as a strict receiver wants them, and their chain verifies byte for byte`() async throws {
        let fixture = AuditFixture { $0.replica = "gateway-0" }
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<20 { try await log.record(.sample(number)) }
        var alarm = AuditEvent.sample(20, host: "ü\"\\.example.com")
        alarm.outcome = .denied
        alarm.code = .foreignCredential
        try await log.record(alarm)
        try await OTLPReceiver.serve { receiver, endpoint in
            try await log.shipAll(to: endpoint)
            try fixture.check(receiver)
            #expect(receiver.records.last?.severityText == "High")
            #expect(receiver.records.last?.severityNumber == 17)
            #expect(receiver.records.first?.severityNumber == 9)
        }
        try log.close()
    }

    @Test(arguments: [
        [Behaviour.answer(503)], [.answer(503, headers: ["Retry-After": "0"]), .answer(429)],
        [.accept, .answer(502), .answer(504)], [.answer(500)], [.loseAnswer, .loseAnswer], [.accept, .cut], [.hang],
        [.answer(401)], [.answer(404)], [.accept, .answer(400)], [.body("<html>")], [.answer(302)],
    ])
    func `whatever the receiver does at first, in the end it has all`(script: [Behaviour]) async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<20 { try await log.record(.sample(number)) }
        try await OTLPReceiver.serve(script) { receiver, endpoint in
            try await log.shipAll(to: endpoint) {
                $0.batchRecords = 7
                $0.requestTimeout = .milliseconds(200)
            }
            try fixture.check(receiver)
            #expect(receiver.seen >= 4 + script.count { $0.isFailure })
        }
        try log.close()
    }

    @Test func `one that is stopped in the middle goes on where the receiver's last acknowledgement was`() async throws
    {
        let fixture = AuditFixture { $0.fileBytes = 8_192 }
        defer { fixture.remove() }
        let script: [Behaviour] = [.accept, .accept, .loseAnswer, .hang]
        try await OTLPReceiver.serve(script) { receiver, endpoint in
            for run in 0..<4 {
                let log = try fixture.open()
                for number in 0..<15 { try await log.record(.sample(run * 100 + number)) }
                try await log.ship(to: endpoint, { $0.batchRecords = 5 }) { _ in
                    let before = receiver.taken.count
                    try await eventually("two more requests") {
                        receiver.taken.count >= before + 2 || receiver.seen == 4
                    }
                }
                try log.close()
            }
            let log = try fixture.open()
            try await log.shipAll(to: endpoint)
            try fixture.check(receiver)
            // Twice came what was on its way when the answer was lost or the shipper stopped, and no more.
            #expect(receiver.records.count - (try fixture.lines.count) <= 5 * 5)
            #expect(try fixture.files.count > 3)
            try log.close()
        }
    }

    @Test func `while the receiver is away records go on, and come after`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        let nobody = "http://127.0.0.1:\(try FreePort.take())"
        try await log.ship(to: nobody) { shipper in
            for number in 0..<50 { try await log.record(.sample(number)) }
            try await eventually("it is told") { shipper.status.problem?.contains("can't be reached") == true }
            let status = shipper.status
            #expect(status.acknowledged == 0)
            #expect(status.waiting == log.status.sequence)
            let remark = "audit records are not shipped: \(status.problem ?? ""); \(status.waiting) wait"
            #expect(status.remarks == [remark])
            try await log.record(.sample())
        }
        try await OTLPReceiver.serve { receiver, endpoint in
            try await log.shipAll(to: endpoint)
            try fixture.check(receiver)
        }
        try log.close()
    }

    @Test(arguments: [401, 400])
    func `a refusal is told, keeps nobody from recording, and loses nothing`(status: Int) async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        try await OTLPReceiver.serve { receiver, endpoint in
            receiver.behave(.answer(status))
            try await log.ship(to: endpoint) { shipper in
                try await log.record(.sample())
                try await eventually("it is told") { shipper.status.problem?.contains("answers \(status)") == true }
                for number in 0..<10 { try await log.record(.sample(number)) }
                receiver.behave(.accept)
                try await eventually("all is acknowledged") { shipper.status.waiting == 0 }
                try await eventually("nothing is wrong") { shipper.status.remarks.isEmpty }
            }
            try fixture.check(receiver)
        }
        try log.close()
    }

    @Test func `records that the receiver rejects are counted for good and not sent again`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<10 { try await log.record(.sample(number)) }
        try await OTLPReceiver.serve([.reject(3, #"too \u001bold"#)]) { receiver, endpoint in
            try await log.shipAll(to: endpoint)
            #expect(receiver.seen == 1)
            try await log.record(.sample())
            try await log.ship(to: endpoint) { shipper in
                try await eventually("all is acknowledged") { shipper.status.waiting == 0 }
                #expect(shipper.status.rejected == 3)
                #expect(shipper.status.remarks == ["3 audit records were rejected by the receiver: too <U+001B>old"])
            }
            #expect(receiver.records.count == (try fixture.lines.count))
        }
        try log.close()
    }

    @Test func `a request that is too long is made shorter`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<20 { try await log.record(.sample(number)) }
        try await OTLPReceiver.serve([.answer(413), .answer(413)]) { receiver, endpoint in
            try await log.shipAll(to: endpoint) { $0.batchRecords = 8 }
            #expect(receiver.taken.map(\.records.count).prefix(3) == [2, 4, 8])
            try fixture.check(receiver)
        }
        try log.close()
    }

    @Test func `the log's last records go out before the process ends`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        try await OTLPReceiver.serve { receiver, endpoint in
            var configuration = try ShippingConfiguration(endpoint: endpoint)
            configuration.interval = .seconds(3_600)
            let shipper = try AuditShipper(configuration, of: log, logger: AuditFixture.quiet)
            let group = ServiceGroup(
                configuration: .init(
                    services: [.init(service: shipper), .init(service: log)], logger: AuditFixture.quiet))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await eventually("the first records are there") { !receiver.records.isEmpty }
                try await log.record(.sample())
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
            try fixture.check(receiver)
            #expect(receiver.records.last?.line.contains(#""action":"checkpoint""#) == true)
        }
    }
}

extension OTLPReceiver.Behaviour {
    fileprivate var isFailure: Bool {
        switch self {
        case .accept, .reject: false
        default: true
        }
    }
}
