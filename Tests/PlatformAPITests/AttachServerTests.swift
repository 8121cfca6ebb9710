import Foundation
import Glibc
import Logging
import NIOCore
import PalanaCore
import ServiceSupport
import Synchronization
import TestSupport
import Testing

@testable import PlatformAPI

/// A process that reads nothing, until it gets a signal.
private final class DeafSession: AgentSession {
    private struct State {
        var signals: [Int32] = []
        var written = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let ended = AsyncStream.makeStream(of: Int32.self)
    private let reads: Bool

    /// - Parameter reads: whether it reads its input after all.
    init(reads: Bool = false) { self.reads = reads }

    var signals: [Int32] { state.withLock { $0.signals } }
    var written: Int { state.withLock { $0.written } }

    func end(_ code: Int32) {
        ended.continuation.yield(code)
        ended.continuation.finish()
    }

    func relay(to receive: @escaping @Sendable (SessionOutput) async throws -> Void) async throws -> Int32 {
        for await code in ended.stream { return code }
        throw CancellationError()
    }

    func write(_ bytes: [UInt8]) async throws(RuntimeFailure) {
        state.withLock { $0.written += bytes.count }
        guard !reads else { return }
        let (never, hold) = AsyncStream.makeStream(of: Void.self)
        for await _ in never {}
        hold.finish()
    }

    func closeInput() async throws(RuntimeFailure) { state.withLock { $0.isClosed = true } }
    func resize(_ size: TerminalSize) async throws(RuntimeFailure) {}

    func signal(_ number: Int32) async throws(RuntimeFailure) {
        state.withLock { $0.signals.append(number) }
        end(128 + number)
    }
}

@Suite("The attach socket")
struct AttachServerTests {
    private let folder: TemporaryFolder
    private var socket: String { folder.path("r/attach") }
    private let request = AttachRequest(verb: .exec, agent: "a", command: ["x"], tty: false)
    private let handlers = AttachClient.Handlers(output: { _ in }, errorOutput: { _ in })

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Serves `session` for the time of `body`.
    private func serve(
        _ session: DeafSession, peers: PeerCheck = .ownUser, patience: Duration = .seconds(10),
        detached: Counter = Counter(), _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let server = AttachServer(socketPath: socket, peers: peers, patience: patience, logger: Logger(label: "test")) {
            _ in
            AttachedProcess(session: session) {
                detached.add()
                session.end(129)
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await server.run()
                } catch is CancellationError {
                    // The test is over.
                }
            }
            group.addTask {
                try await poll { UnixSocket.isListening(at: socket) }
                try await body()
            }
            // The server ends with its task, `body` by itself.
            try await group.next()
            group.cancelAll()
        }
    }

    private func poll(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while !condition() {
            try #require(ContinuousClock.now < deadline, "it took too long")
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// A terminal with input without end, which counts how often it is asked for more.
    private func endless(_ asked: Counter, events: AsyncStream<AttachFrame>) -> AttachClient.Source {
        let (pieces, feed) = AsyncStream.makeStream(of: [UInt8].self)
        return .init(events: events, input: pieces) {
            asked.add()
            feed.yield([UInt8](repeating: 7, count: 64 << 10))
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    @Test("passes a signal on to a process that doesn't read its input, and reads no more of it than one piece")
    func signal() async throws {
        let session = DeafSession()
        let asked = Counter()
        try await serve(session) {
            let (events, feed) = AsyncStream.makeStream(of: AttachFrame.self)
            async let code = AttachClient(socketPath: socket).attach(
                request, source: endless(asked, events: events), handlers: handlers)
            try await poll { session.written > 0 }
            feed.yield(.signal(15))
            #expect(try await code == 143)
        }
        #expect(session.signals == [15])
        #expect(asked.value == 1)
    }

    @Test("detaches at once when the terminal goes away while the process doesn't read")
    func hangUp() async throws {
        let session = DeafSession()
        let detached = Counter()
        try await serve(session, detached: detached) {
            let (events, feed) = AsyncStream.makeStream(of: AttachFrame.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // Cancelled below: that is how this terminal goes away.
                    _ = try? await AttachClient(socketPath: socket).attach(
                        request, source: endless(Counter(), events: events), handlers: handlers)
                }
                try await poll { session.written > 0 }
                group.cancelAll()
            }
            try await poll { detached.value == 1 }
            feed.finish()
        }
        #expect(session.written == 64 << 10)
    }

    @Test("hands over all input of a process that reads, in order and to its end")
    func input() async throws {
        let session = DeafSession(reads: true)
        try await serve(session) {
            let (pieces, feed) = AsyncStream.makeStream(of: [UInt8].self)
            let left = Mutex(200)
            let source = AttachClient.Source(events: AsyncStream { $0.finish() }, input: pieces) {
                let isLast = left.withLock { left in
                    left -= 1
                    return left < 0
                }
                feed.yield(isLast ? [] : [UInt8](repeating: 1, count: 64 << 10))
            }
            async let code = AttachClient(socketPath: socket).attach(request, source: source, handlers: handlers)
            try await poll { session.written == 200 * (64 << 10) }
            session.end(0)
            #expect(try await code == 0)
        }
    }

    @Test("closes a connection that sends input before the last piece was taken")
    func flood() async throws {
        let session = DeafSession()
        let detached = Counter()
        try await serve(session, detached: detached) {
            let descriptor = try connect()
            defer { close(descriptor) }
            var bytes = ByteBuffer()
            try AttachFrame.request(request).write(to: &bytes)
            for _ in 0..<3 { try AttachFrame.input([1, 2, 3]).write(to: &bytes) }
            let data = Array(bytes.readableBytesView)
            #expect(write(descriptor, data, data.count) == data.count)
            try await poll { detached.value == 1 }
        }
    }

    @Test("is served to our own user alone, and goes on after it refused another")
    func peers() async throws {
        try await serve(DeafSession(), peers: PeerCheck(allowedUsers: [geteuid() + 1])) {
            for _ in 0..<2 {
                let descriptor = try connect()
                defer { close(descriptor) }
                #expect(try await isClosed(descriptor))
            }
        }
    }

    @Test("closes a connection that doesn't say what it wants")
    func silence() async throws {
        try await serve(DeafSession(), patience: .milliseconds(50)) {
            let descriptor = try connect()
            defer { close(descriptor) }
            #expect(try await isClosed(descriptor))
        }
    }

    private func connect() throws -> Int32 {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socket.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
        return descriptor
    }

    /// Whether the other side closes it within five seconds.
    private func isClosed(_ descriptor: Int32) async throws -> Bool {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var byte: UInt8 = 0
        var isOver = false
        try await poll {
            let count = read(descriptor, &byte, 1)
            isOver = count == 0 || (count < 0 && errno != EAGAIN)
            return isOver
        }
        return isOver
    }
}
