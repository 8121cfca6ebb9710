import PalanaCore
import Synchronization
import Testing

@testable import VaultClient

/// A reader whose reads stay open until the test answers them, or ends.
private final class SlowReader: SecretReader {
    private typealias Answers = AsyncStream<Result<Secret<String>, SecretFailure>>

    private struct State {
        var open: [Answers.Continuation] = []
        var count = 0
    }

    private let state = Mutex(State())

    var openReads: Int { state.withLock { $0.open.count } }
    var allReads: Int { state.withLock { $0.count } }

    func read(_ reference: SecretReference) async throws(SecretFailure) -> Secret<String> {
        let (answers, continuation) = Answers.makeStream()
        state.withLock {
            $0.open.append(continuation)
            $0.count += 1
        }
        for await answer in answers { return try answer.get() }
        throw .unavailable("nobody answered this read before its test ended")
    }

    /// Answers the oldest open read, waiting for it first.
    func answer(_ result: Result<Secret<String>, SecretFailure>) async throws {
        try await eventually { self.openReads > 0 }
        state.withLock { $0.open.removeFirst() }.yield(result)
    }
}

@Suite("Secrets kept for a moment", .timeLimit(.minutes(1)))
struct CachedSecretReaderTests {
    private static let token = SecretReference(owner: "alice", agent: "demo", name: "TOKEN", mode: .proxy)
    private let clock = TestClock()
    private let source = SlowReader()
    private let cache: CachedSecretReader

    init() {
        cache = CachedSecretReader(source, clock: VaultClock(clock))
    }

    private func fill(_ value: String) async throws {
        async let read = cache.read(Self.token)
        try await source.answer(.success(Secret(value)))
        let got = try await read
        #expect(got.exposed == value)
    }

    @Test("A value is used for 30 s and read again after that")
    func lifetime() async throws {
        try await fill("fake-1")
        clock.advance(by: .seconds(29.9))
        #expect(try await cache.read(Self.token).exposed == "fake-1")
        #expect(source.allReads == 1)
        clock.advance(by: .seconds(0.2))
        try await fill("fake-2")
    }

    @Test("A value past its age is not used when the vault is down")
    func staleAndDown() async throws {
        try await fill("fake-1")
        clock.advance(by: .seconds(31))
        async let answered: Void = source.answer(.failure(.unavailable("down")))
        await #expect(throws: SecretFailure.unavailable("down")) { _ = try await cache.read(Self.token) }
        try await answered
    }

    @Test("A hundred who ask at once share one read, and its failure isn't kept")
    func singleFlight() async throws {
        for expected in [Result<Secret<String>, SecretFailure>.failure(.missing("none")), .success(Secret("fake"))] {
            let before = source.allReads
            try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<100 { group.addTask { try? await self.cache.read(Self.token).exposed } }
                // Who asks after the failure was answered would rightly read again.
                try await eventually { cache.followers(of: Self.token) == 99 }
                try await source.answer(expected)
                for try await value in group { #expect(value == (try? expected.get().exposed)) }
            }
            #expect(source.allReads == before + 1)
        }
    }

    @Test("What is invalidated while it is read is read again: the old value reaches nobody and isn't kept")
    func invalidatedInFlight() async throws {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<5 { group.addTask { try await self.cache.read(Self.token).exposed } }
            try await eventually { source.openReads == 1 }
            cache.invalidate(Self.token)
            async let afterwards = cache.read(Self.token)
            try await eventually { source.openReads == 2 }
            try await source.answer(.success(Secret("fake-old")))
            try await source.answer(.success(Secret("fake-new")))
            for try await value in group { #expect(value == "fake-new") }
            let late = try await afterwards
            #expect(late.exposed == "fake-new")
        }
        #expect(try await cache.read(Self.token).exposed == "fake-new")
        #expect(source.allReads == 2)
    }

    @Test("Invalidating a secret, its agent or all makes the next one read; another agent's stays")
    func invalidation() async throws {
        let drops: [(CachedSecretReader) -> Void] = [
            { $0.invalidate(Self.token) }, { $0.invalidate(owner: "alice", agent: "demo") },
        ]
        for (number, drop) in drops.enumerated() {
            try await fill("fake-\(number)")
            cache.invalidate(owner: "bob", agent: "demo")
            #expect(try await cache.read(Self.token).exposed == "fake-\(number)")
            drop(cache)
        }
        try await fill("fake-last")
    }

    @Test("When the one who reads is cancelled, one who waits takes over; a cancelled waiter leaves at once")
    func cancellation() async throws {
        await withTaskGroup(of: Void.self) { leader in
            leader.addTask { _ = try? await self.cache.read(Self.token) }
            try? await eventually { source.openReads == 1 }
            async let other = cache.read(Self.token)
            await withTaskGroup(of: SecretFailure?.self) { waiter in
                waiter.addTask {
                    do throws(SecretFailure) {
                        _ = try await self.cache.read(Self.token)
                        return nil
                    } catch {
                        return error
                    }
                }
                waiter.cancelAll()
                for await failure in waiter { #expect(failure != nil) }
            }
            leader.cancelAll()
            try? await source.answer(.failure(.unavailable("cancelled")))
            try? await source.answer(.success(Secret("fake")))
            let value = try? await other
            #expect(value?.exposed == "fake")
        }
    }
}
