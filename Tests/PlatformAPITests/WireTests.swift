import Foundation
import PalanaCore
import Testing

@testable import PlatformAPI

@Suite struct WireTests {
    @Test func pathsAreEscapedByteByByte() {
        #expect("a b/ü%?".percentEncoded == "a%20b%2F%C3%BC%25%3F")
        #expect("plain-._~1".percentEncoded == "plain-._~1")
    }

    @Test func everyReasonHasAStatusOfItsOwnClass() {
        for reason in APIError.Reason.allCases { #expect((400..<600).contains(reason.httpStatus)) }
    }

    @Test func aPlatformIsReadyWhenEachPartIs() {
        func status(_ states: [PlatformStatus.Part.State]) -> PlatformStatus {
            PlatformStatus(
                version: "1", pid: 1, since: .now, stateFolder: "/s", sandboxMode: "root", limits: "rlimits",
                parts: states.map { .init(name: "part", state: $0) }, agents: [:])
        }
        #expect(status([.ready, .ready]).isReady)
        #expect(!status([.ready, .restarting]).isReady)
        #expect(!status([.starting]).isReady)
    }
}
