import LocalPlatform
import Testing

@Suite struct RestartBackoffTests {
    @Test func waitsDoubleUpToTheLongest() {
        var backoff = RestartBackoff()
        let delays = (0..<9).map { _ in backoff.delay(afterRunning: .seconds(1)) }
        #expect(delays.prefix(4) == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800)])
        #expect(delays.last == RestartBackoff.longest)
    }

    @Test func aLongRunStartsOver() {
        var backoff = RestartBackoff()
        for _ in 0..<5 { _ = backoff.delay(afterRunning: .zero) }
        #expect(backoff.delay(afterRunning: RestartBackoff.stableAfter) == RestartBackoff.shortest)
    }
}
