import KubernetesClient
import PalanaCore
import Testing

@testable import ControllerRuntime

@Suite("What to make of a lease")
struct LeaseTermTests {
    private static func lease(_ holder: String?, renewed: String, seconds: Int? = 15, version: String = "1") -> Lease {
        Lease(
            metadata: ObjectMeta(name: "l", namespace: "n", resourceVersion: version),
            spec: Lease.Spec(
                holderIdentity: holder, leaseDurationSeconds: seconds, renewTime: MicroTime(renewed),
                leaseTransitions: 4))
    }

    private static func term() -> LeaseTerm { LeaseTerm(identity: "me", duration: .seconds(15)) }

    @Test("Without a lease one is made; one that is free or ours is taken")
    func free() throws {
        var term = Self.term()
        #expect(term.step(now: .zero) == .create)
        for holder in [nil, "", "me"] {
            term.see(Self.lease(holder, renewed: "2026-01-01T00:00:00Z"), now: .zero)
            #expect(term.step(now: .zero) == .take)
        }
    }

    @Test("Another's lease is over when it stood still for its duration by our own clock, whatever its times say")
    func skew() {
        for renewed in ["1990-01-01T00:00:00Z", "2090-01-01T00:00:00Z"] {
            var term = Self.term()
            term.see(Self.lease("other", renewed: renewed), now: .seconds(100))
            #expect(term.step(now: .seconds(114)) == .wait)
            term.see(Self.lease("other", renewed: renewed, version: "2"), now: .seconds(114))
            #expect(term.step(now: .seconds(115)) == .take)
        }
    }

    @Test("A renewal starts the wait anew")
    func renewal() {
        var term = Self.term()
        term.see(Self.lease("other", renewed: "2026-01-01T00:00:00Z"), now: .zero)
        term.see(Self.lease("other", renewed: "2026-01-01T00:00:01Z"), now: .seconds(14))
        #expect(term.step(now: .seconds(28)) == .wait)
        #expect(term.step(now: .seconds(29)) == .take)
    }

    @Test("A lease that claims to last for ever lasts an hour")
    func forever() {
        var term = Self.term()
        term.see(Self.lease("other", renewed: "2026-01-01T00:00:00Z", seconds: .max), now: .zero)
        #expect(term.step(now: .seconds(3599)) == .wait && term.step(now: .seconds(3600)) == .take)
    }

    @Test("Taking a lease from another counts a transition and sets when; renewing keeps both")
    func ours() throws {
        let time = try #require(MicroTime("2026-01-02T00:00:00Z"))
        var term = Self.term()
        #expect(term.ours(at: time).leaseTransitions == 0)
        term.see(Self.lease("other", renewed: "2026-01-01T00:00:00Z"), now: .zero)
        let taken = term.ours(at: time)
        #expect(taken.leaseTransitions == 5 && taken.acquireTime == time && taken.holderIdentity == "me")
        term.see(Lease(metadata: ObjectMeta(name: "l"), spec: taken), now: .zero)
        let later = try #require(MicroTime("2026-01-02T00:00:09Z"))
        #expect(term.ours(at: later).acquireTime == time && term.ours(at: later).leaseTransitions == 5)
        #expect(term.ours(at: later).renewTime == later)
    }
}
