import Dispatch

/// Calls a closure on a queue each time a descriptor has something to read or has reached its end.
///
/// Costs no thread: all watches share Dispatch's one epoll. The watch runs until `body` returns false or `cancel()` is
/// called, even if nobody holds it, and keeps the descriptor open until then.
final class ReadWatch: Sendable {
    // A dispatch source may be used from any thread (Dispatch documents its objects as thread-safe); it only lacks the
    // `Sendable` mark.
    nonisolated(unsafe) private let source: any DispatchSourceRead

    /// - Parameter body: returns false to end the watch.
    init(_ descriptor: Descriptor, on queue: DispatchQueue, body: @escaping @Sendable () -> Bool) {
        let source = DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: queue)
        // The source keeps itself alive by its handler, which Dispatch drops when it is cancelled.
        nonisolated(unsafe) let itself = source
        source.setEventHandler { if !body() { itself.cancel() } }
        source.setCancelHandler { withExtendedLifetime(descriptor) {} }
        self.source = source
        source.resume()
    }

    func cancel() {
        source.cancel()
    }
}
