/// Keys with the time at which they are due, earliest first: a binary heap whose stale entries are passed over.
struct DelayedKeys<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        var time: Duration
        var key: Key
    }

    private var times: [Key: Duration] = [:]
    private var heap: [Entry] = []

    var count: Int { times.count }

    /// When the next key is due. An entry that was taken back may make it too early, never too late.
    var earliest: Duration? { times.isEmpty ? nil : heap.first?.time }

    mutating func add(_ key: Key, at time: Duration) {
        if let set = times[key], set <= time { return }
        times[key] = time
        heap.append(Entry(time: time, key: key))
        rise(heap.count - 1)
        if heap.count > 64, heap.count > 2 * times.count { sweep() }
    }

    mutating func remove(_ key: Key) { times[key] = nil }

    /// Takes out what is due.
    mutating func due(_ now: Duration) -> [Key] {
        var keys: [Key] = []
        while let first = heap.first, first.time <= now || times[first.key] != first.time {
            pop()
            guard times[first.key] == first.time else { continue }
            times[first.key] = nil
            keys.append(first.key)
        }
        return keys
    }

    private mutating func sweep() {
        heap = times.map { Entry(time: $0.value, key: $0.key) }.sorted { $0.time < $1.time }
    }

    private mutating func rise(_ start: Int) {
        var index = start
        while index > 0, heap[index].time < heap[(index - 1) / 2].time {
            heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    private mutating func pop() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        var index = 0
        while true {
            let children = [2 * index + 1, 2 * index + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0].time < heap[$1].time }),
                heap[least].time < heap[index].time
            else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
