import Foundation
import Testing

@testable import Gateway

@Suite struct RequestTimeTests {
    @Test func `A moment reads as Foundation would write it`() {
        var times: [Double] = [0, 0.001, -1, 86_399.999, 951_782_400, 1_709_164_800, 4_102_444_799.5, 253_402_300_799]
        for number in 0..<2_000 { times.append(Double(number) * 1_234_567.891) }
        for time in times {
            // Half a millisecond up, so that both cut at the same side of what a Double can't say.
            let date = Date(timeIntervalSince1970: (time * 1000).rounded() / 1000 + 0.000_1)
            let usual = date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            #expect(RequestTime.text(of: date) == usual)
        }
    }
}
