import Dispatch
import Glibc

/// Calls a closure on a queue each time a descriptor has something to read or has reached its end.
///
/// Costs no thread: all watches share the ``Poller``. The watch runs until `body` returns false or `cancel()` is
/// called, even if nobody holds it, and keeps the descriptor open until then.
final class ReadWatch: Sendable {
    private let token: UInt64

    /// - Parameter body: returns false to end the watch.
    init(_ descriptor: Descriptor, on queue: DispatchQueue, body: @escaping @Sendable () -> Bool) {
        token = Poller.shared.add(descriptor, events: POLLIN, on: queue, body: body)
    }

    func cancel() {
        Poller.shared.remove(token)
    }
}
