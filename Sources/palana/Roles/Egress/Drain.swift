import ServiceLifecycle
import Synchronization

/// Told before the parts that stand before it that the process ends: says so to those who ask whether it is ready, and
/// keeps those parts going until nobody is sent here any more.
final class Drain: Service {
    private let time: Duration
    private let hasBegun = Mutex(false)

    init(time: Duration) {
        self.time = time
    }

    var isDraining: Bool { hasBegun.withLock { $0 } }

    func run() async throws {
        try await gracefulShutdown()
        hasBegun.withLock { $0 = true }
        // Cancelled when the process is to end at once.
        do { try await Task.sleep(for: time) } catch { return }
    }
}
