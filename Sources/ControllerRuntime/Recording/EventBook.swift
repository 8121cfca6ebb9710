import KubernetesClient
import PalanaCore

/// Which notes become Events: the same one again within ten minutes only counts up, and an object that has a lot to say
/// is cut short. Decides; sends nothing.
struct EventBook: Sendable {
    /// What to send.
    enum Writing: Sendable, Hashable {
        case create(Event)
        /// Seen so often by now, last at this moment.
        case count(EventNote, name: String, namespace: String, count: Int, last: Timestamp)
    }

    private struct Page: Sendable {
        var name: String
        var count: Int
        var seenAt: Duration
    }

    private struct Allowance: Sendable {
        var tokens: Double
        var at: Duration
    }

    /// The same note within this time counts up.
    static let window = Duration.seconds(600)
    /// How many Events one object may have at once, and after how many seconds one more.
    static let burst = 25.0
    static let secondsPerToken = 60.0
    /// Of how many notes and objects is known; when there are more, all that is older than `window` is forgotten, and
    /// if that is none, everything.
    static let capacity = 4096

    private let component: String
    private let instance: String
    private var pages: [EventNote: Page] = [:]
    private var allowances: [ObjectReference: Allowance] = [:]

    init(component: String, instance: String) {
        self.component = component
        self.instance = instance
    }

    /// - Parameter suffix: makes the name of a new Event unique.
    /// - Returns: nil when the object has said too much.
    mutating func writing(for note: EventNote, now: Duration, time: Timestamp, suffix: String) -> Writing? {
        guard mayWrite(about: note.object, now: now) else { return nil }
        let namespace = note.object.namespace ?? "default"
        if var page = pages[note], now - page.seenAt < Self.window {
            page.count += 1
            page.seenAt = now
            pages[note] = page
            return .count(note, name: page.name, namespace: namespace, count: page.count, last: time)
        }
        makeRoom(now)
        // With a dot and the suffix it stays below 253 characters.
        let name = "\((note.object.name ?? "").prefix(230)).\(suffix)"
        pages[note] = Page(name: name, count: 1, seenAt: now)
        return .create(event(note, name: name, namespace: namespace, time))
    }

    /// The Event of a note is gone from the API server, or never got there: the next one is a new one.
    mutating func forget(_ note: EventNote) { pages[note] = nil }

    private func event(_ note: EventNote, name: String, namespace: String, _ time: Timestamp) -> Event {
        Event(
            metadata: ObjectMeta(name: name, namespace: namespace), involvedObject: note.object,
            type: note.kind.rawValue, reason: note.reason, message: note.message, count: 1, firstTimestamp: time,
            lastTimestamp: time, source: Event.Source(component: component), reportingComponent: component,
            reportingInstance: instance)
    }

    private mutating func mayWrite(about object: ObjectReference, now: Duration) -> Bool {
        var allowance = allowances[object] ?? Allowance(tokens: Self.burst, at: now)
        let passed = Double((now - allowance.at).components.seconds)
        if passed >= 1 {
            allowance.tokens = min(allowance.tokens + passed / Self.secondsPerToken, Self.burst)
            allowance.at = now
        }
        defer { allowances[object] = allowance }
        guard allowance.tokens >= 1 else { return false }
        allowance.tokens -= 1
        return true
    }

    private mutating func makeRoom(_ now: Duration) {
        if pages.count >= Self.capacity {
            pages = pages.filter { now - $0.value.seenAt < Self.window }
            if pages.count >= Self.capacity { pages = [:] }
        }
        if allowances.count >= Self.capacity {
            allowances = allowances.filter { now - $0.value.at < Self.window }
            if allowances.count >= Self.capacity { allowances = [:] }
        }
    }
}
