public import KubernetesClient
public import Logging
import PalanaCore
public import ServiceLifecycle
import Synchronization

/// Tells people about objects by Events. Recording never waits and never fails: what can't be sent is dropped and
/// counted.
public final class EventRecorder: Service, Sendable {
    /// How many notes wait to be sent at most; when there are more, new ones are dropped.
    public static let capacity = 1000

    private let client: KubernetesClient
    private let clock: KubernetesClock
    private let logger: Logger
    private let notes: AsyncStream<EventNote>
    private let inbox: AsyncStream<EventNote>.Continuation
    private let book: Mutex<EventBook>
    private let lost = Mutex(0)

    /// - Parameters:
    ///   - component: who says it: `palana.dev/operator`.
    ///   - instance: which replica: the pod's name.
    public init(
        _ client: KubernetesClient, component: String, instance: String, clock: KubernetesClock = .continuous,
        logger: Logger = Logger(label: "events")
    ) {
        self.client = client
        self.clock = clock
        self.logger = logger
        book = Mutex(EventBook(component: component, instance: instance))
        (notes, inbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.capacity))
    }

    /// How many notes were not sent: too many at once, too many about one object, or refused by the API server.
    public var dropped: Int { lost.withLock { $0 } }

    public func record(_ kind: EventNote.Kind, about object: some KubernetesObject, reason: String, message: String) {
        record(EventNote(kind, object.reference, reason: reason, message: message))
    }

    public func record(_ note: EventNote) {
        if case .enqueued = inbox.yield(note) { return }
        lost.withLock { $0 += 1 }
    }

    /// Sends notes until the task is cancelled, or the service is to end and all are sent. Runs once.
    public func run() async {
        await withGracefulShutdownHandler {
            for await note in notes { await send(note) }
        } onGracefulShutdown: {
            self.inbox.finish()
        }
    }

    private func send(_ note: EventNote) async {
        let suffix = String(UInt64.random(in: .min ... .max), radix: 16)
        let writing = book.withLock {
            $0.writing(for: note, now: clock.now(), time: Timestamp(clock.date()), suffix: suffix)
        }
        guard let writing else { return lost.withLock { $0 += 1 } }
        do throws(KubernetesFailure) {
            try await send(writing)
        } catch {
            book.withLock { $0.forget(note) }
            // An Event that the API server forgot by now (after an hour, by default) starts anew.
            if case .count = writing, error.reason == .notFound { return await send(note) }
            lost.withLock { $0 += 1 }
            logger.debug("event not sent", metadata: ["reason": "\(note.reason)", "error": "\(error)"])
        }
    }

    private func send(_ writing: EventBook.Writing) async throws(KubernetesFailure) {
        switch writing {
        case .create(let event): try await client.create(event)
        case .count(_, let name, let namespace, let count, let last):
            try await client.patch(
                Event.self, name, in: namespace,
                ["count": .integer(count), "lastTimestamp": .string(last.description)])
        }
    }
}
