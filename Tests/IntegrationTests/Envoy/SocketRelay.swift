import Synchronization

/// A process between two Unix sockets, whose death cuts everything that passes.
final class SocketRelay: Sendable {
    private let ends: (from: String, to: String)
    private let script: Mutex<NodeScript>

    init(from: String, to: String) async throws {
        ends = (from, to)
        let script = try NodeScript("relay.mjs", [from, to])
        _ = try await script.line()
        self.script = Mutex(script)
    }

    /// Kills it and starts another in its place.
    func restart() async throws {
        stop()
        let next = try NodeScript("relay.mjs", [ends.from, ends.to])
        script.withLock { $0 = next }
        _ = try await next.line()
    }

    func stop() { script.withLock { $0.stop() } }
}
