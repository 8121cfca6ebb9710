import Dispatch
import Foundation
import Glibc
import Synchronization

/// Tells when descriptors are ready: one thread in poll(2) for the whole process.
///
/// Not Dispatch's sources: on Linux its event loop crashes, or loses the event, when a source on a pipe is cancelled
/// while the pipe's other end closes, which is what every short-lived child does.
final class Poller: Sendable {
    static let shared = Poller()

    private struct Registration {
        let descriptor: Descriptor
        let events: Int16
        let queue: DispatchQueue
        let body: @Sendable () -> Bool
        /// False from the moment it was found ready until its body has run.
        var isArmed = true
    }

    private struct State {
        var registrations: [UInt64: Registration] = [:]
        var lastToken: UInt64 = 0
    }

    private let state = Mutex(State())
    /// A byte written here interrupts the wait. Nil when there was no descriptor left for it: then we look every 20 ms.
    private let wakeUp: (read: Descriptor, write: Descriptor)?

    private init() {
        wakeUp = try? Descriptor.pipe()
        for end in [wakeUp?.read, wakeUp?.write].compactMap(\.self) {
            _ = fcntl(end.number, F_SETFL, O_NONBLOCK)
        }
        let thread = Thread { [self] in
            while true { waitOnce() }
        }
        thread.name = "palana-poller"
        thread.start()
    }

    /// Calls `body` on `queue` each time the descriptor is ready or has reached its end, until it returns false or the
    /// registration is removed. The descriptor stays open until then.
    /// - Parameter events: POLLIN or POLLOUT.
    /// - Returns: what ``remove(_:)`` takes.
    func add(
        _ descriptor: Descriptor, events: Int32, on queue: DispatchQueue, body: @escaping @Sendable () -> Bool
    ) -> UInt64 {
        let token = state.withLock { state in
            state.lastToken += 1
            state.registrations[state.lastToken] = Registration(
                descriptor: descriptor, events: Int16(events), queue: queue, body: body)
            return state.lastToken
        }
        interrupt()
        return token
    }

    /// Ends a registration; a body that runs right now still ends its run.
    func remove(_ token: UInt64) {
        let removed = state.withLock { $0.registrations.removeValue(forKey: token) }
        // The waiting thread holds the descriptor too: it must let go.
        if removed != nil { interrupt() }
    }

    private func interrupt() {
        guard let wakeUp else { return }
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        _ = write(wakeUp.write.number, &byte, 1)
    }

    /// Waits for the armed descriptors and hands the ready ones to their queues.
    private func waitOnce() {
        let armed = state.withLock { $0.registrations.filter(\.value.isArmed) }
        var tokens: [UInt64] = []
        var polled: [pollfd] = []
        for (token, registration) in armed {
            tokens.append(token)
            polled.append(pollfd(fd: registration.descriptor.number, events: registration.events, revents: 0))
        }
        if let wakeUp { polled.append(pollfd(fd: wakeUp.read.number, events: Int16(POLLIN), revents: 0)) }
        guard poll(&polled, nfds_t(polled.count), wakeUp == nil ? 20 : -1) > 0 else { return }
        if let wakeUp, polled.last?.revents != 0 { drain(wakeUp.read) }
        for (token, entry) in zip(tokens, polled) where entry.revents != 0 { schedule(token) }
        withExtendedLifetime(armed) {}
    }

    private func drain(_ end: Descriptor) {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { buffer in
            while read(end.number, buffer.baseAddress, buffer.count) == buffer.count {}
        }
    }

    private func schedule(_ token: UInt64) {
        let queue = state.withLock { state -> DispatchQueue? in
            state.registrations[token]?.isArmed = false
            return state.registrations[token]?.queue
        }
        queue?.async { [self] in fire(token) }
    }

    private func fire(_ token: UInt64) {
        guard let body = state.withLock({ $0.registrations[token]?.body }) else { return }
        guard body() else { return remove(token) }
        state.withLock { $0.registrations[token]?.isArmed = true }
        interrupt()
    }
}
