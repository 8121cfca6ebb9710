import LocalPlatform
import PalanaCore
import Testing

@Suite struct StoreWatchTests {
    private func agent(_ name: String) -> Resource {
        .agent(Agent(metadata: ObjectMeta(name: name), spec: AgentSpec(owner: "alice")))
    }

    @Test(.timeLimit(.minutes(1))) func `A watcher sees what there is, then each change in order`() async throws {
        let folder = try StoreFolder()
        let store = try LocalStore(folder: folder.path)
        let first = try await store.put(agent("a"), if: .none)
        let changes = await store.watch()
        let second = try await store.put(agent("b"), if: .none)
        try await store.put(agent("b"), if: .none)
        try await store.delete(first.key)
        await store.close()
        var seen: [StoreChange] = []
        for await change in changes { seen.append(change) }
        #expect(seen == [.snapshot([first]), .changed(second), .deleted(first)])
    }

    @Test(.timeLimit(.minutes(1))) func `A watcher that does not read is cut off and the others are not`() async throws
    {
        let folder = try StoreFolder()
        let store = try LocalStore(folder: folder.path, watchQueue: 3)
        let slow = await store.watch()
        let quick = await store.watch()
        var reader = quick.makeAsyncIterator()
        #expect(await reader.next() == .snapshot([]))
        for number in 0..<6 {
            let stored = try await store.put(agent("a\(number)"), if: .none)
            #expect(await reader.next() == .changed(stored))
        }
        var count = 0
        for await _ in slow { count += 1 }
        #expect(count == 3)
        #expect(await store.list(.agent).count == 6)
    }
}
