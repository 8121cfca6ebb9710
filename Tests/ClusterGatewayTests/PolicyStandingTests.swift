import ClusterGateway
import Testing

@Suite("Whether a gateway can serve with its policies")
struct PolicyStandingTests {
    @Test("it can't before the first set, can with an older one, and can't while the engine is away")
    func life() {
        var standing = PolicyStanding()
        func refused() -> Bool { standing.refused("module a is wrong") }
        func failed() -> Bool { standing.failed("OPA is away") }
        #expect(standing.missing != nil)
        #expect(refused())
        #expect(standing.missing == "module a is wrong")
        standing.published()
        #expect(standing.missing == nil && standing.problem == nil)
        #expect(refused())
        #expect(standing.missing == nil && standing.problem == "module a is wrong")
        #expect(!refused())
        #expect(failed())
        #expect(standing.missing == "OPA is away")
        #expect(refused())
        #expect(standing.missing == nil)
    }
}
