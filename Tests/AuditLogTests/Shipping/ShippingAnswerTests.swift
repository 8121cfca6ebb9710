import Foundation
import Testing

@testable import AuditLog

@Suite struct ShippingAnswerTests {
    static let now = Date(timeIntervalSince1970: 1_792_000_000)

    private func answer(_ status: Int, _ body: String = "", retryAfter: String? = nil) -> ShippingAnswer {
        ShippingAnswer(status: status, retryAfter: retryAfter, body: Data(body.utf8), now: Self.now)
    }

    @Test(arguments: [
        ("", 0, nil), ("{}", 0, nil), (#"{"partialSuccess":{}}"#, 0, nil),
        (#"{"partialSuccess":{"errorMessage":"mind this"}}"#, 0, "mind this"),
        (#"{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"no"}}"#, 3, "no"),
        (#"{"partialSuccess":{"rejectedLogRecords":3}}"#, 3, nil),
    ])
    func `200 is an acknowledgement, but for what was rejected`(body: String, rejected: Int, reason: String?) {
        #expect(answer(200, body) == .acknowledged(rejected: rejected, reason: reason))
    }

    @Test(arguments: ["<html>", "[]", "null", #"{"partialSuccess":{"rejectedLogRecords":"many"}}"#])
    func `200 with anything else is none`(body: String) {
        guard case .refused = answer(200, body) else {
            Issue.record("\(answer(200, body))")
            return
        }
    }

    @Test(arguments: [
        ("7", Duration.seconds(7)), ("0", nil), ("-1", nil), ("soon", nil), ("999999", .seconds(3_600)),
        ("Thu, 15 Oct 2026 09:47:10 GMT", .seconds(3_600)),
        ("Wed, 14 Oct 2026 17:47:10 GMT", .seconds(30)), ("Wed, 14 Oct 2026 17:46:10 GMT", nil),
    ])
    func `a Retry-After is followed, up to an hour`(header: String, pause: Duration?) {
        #expect(answer(503, retryAfter: header) == .later("it answers 503", pause: pause))
    }

    @Test(arguments: [408, 429, 500, 502, 503, 504]) func `away and busy are waited for`(status: Int) {
        #expect(answer(status) == .later("it answers \(status)", pause: nil))
    }

    @Test(arguments: [204, 301, 400, 401, 403, 404, 415, 422]) func `all else is told`(status: Int) {
        guard case .refused(let reason) = answer(status) else {
            Issue.record("\(answer(status))")
            return
        }
        #expect(reason.contains("\(status)"))
    }
}
