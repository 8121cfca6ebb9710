import Dispatch
import Glibc

/// Reads and writes a pipe, socket or terminal without blocking a thread: what the kernel isn't ready for is awaited. So a
/// slow reader slows the writer down, and nothing piles up in memory.
struct DescriptorIO: Sendable {
    let descriptor: Descriptor

    /// Makes the descriptor non-blocking; whoever shares its open file description feels that too.
    init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
        _ = fcntl(descriptor.number, F_SETFL, fcntl(descriptor.number, F_GETFL) | O_NONBLOCK)
    }

    /// The next bytes, at most 64 KiB; nil at the end. A terminal whose last program is gone ends with EIO.
    func read() async throws -> [UInt8]? {
        while true {
            let (bytes, code) = readNow()
            if let bytes { return bytes.isEmpty ? nil : bytes }
            switch code {
            case EAGAIN: try await wait(for: POLLIN)
            case EINTR: continue
            case EIO: return nil
            default: throw ChildProcessError("Can't read a process's output", code: code)
            }
        }
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8]) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor.number, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch errno {
            case EAGAIN: try await wait(for: POLLOUT)
            case EINTR: continue
            case let code: throw ChildProcessError("Can't write a process's input", code: code)
            }
        }
    }

    private func readNow() -> (bytes: [UInt8]?, code: Int32) {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
            let result = Glibc.read(descriptor.number, buffer.baseAddress, buffer.count)
            code = result < 0 ? errno : 0
            count = max(result, 0)
        }
        return (code == 0 ? bytes : nil, code)
    }

    private static let queue = DispatchQueue(label: "palana.descriptors")

    /// Returns when the kernel is ready, or throws when the task is cancelled.
    /// - Parameter events: POLLIN or POLLOUT.
    private func wait(for events: Int32) async throws {
        let outcome = Outcome<Void>()
        let token = Poller.shared.add(descriptor, events: events, on: Self.queue) {
            outcome.set(())
            return false
        }
        defer { Poller.shared.remove(token) }
        try await outcome.value()
    }
}
