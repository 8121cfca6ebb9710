import Dispatch
import Foundation
import Glibc

/// Standard input, 64 KiB at a time and only when it is asked for, so that what nobody takes stays where it is.
///
/// A thread of its own waits in read(2): the descriptor is the user's, so it can't be made non-blocking. It ends with
/// the input or with the process.
struct StandardInput: Sendable {
    /// What was read; an empty piece says that the input has ended.
    let pieces: AsyncStream<[UInt8]>
    private let demand = DispatchSemaphore(value: 0)

    init() {
        let (pieces, feed) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(1))
        self.pieces = pieces
        let demand = demand
        let thread = Thread {
            while true {
                demand.wait()
                let bytes = Self.next()
                feed.yield(bytes)
                if bytes.isEmpty { return feed.finish() }
            }
        }
        thread.name = "palana-input"
        thread.start()
    }

    /// Asks for one more piece.
    func more() {
        demand.signal()
    }

    private static func next() -> [UInt8] {
        while true {
            var code: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                let result = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
                code = result < 0 ? errno : 0
                count = max(result, 0)
            }
            switch code {
            case EINTR: continue
            case EAGAIN:
                // Somebody who shares it has made it non-blocking.
                var ready = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
                poll(&ready, 1, -1)
            default: return bytes
            }
        }
    }
}
