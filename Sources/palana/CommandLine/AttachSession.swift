import Dispatch
import Foundation
import Glibc
import PalanaCore
import PlatformAPI

/// One attached command: relays the terminal (or pipes) and ends with the command's exit code.
struct AttachSession {
    var client: AttachClient
    var agent: String
    var verb: AttachRequest.Verb
    var command: [String]
    /// Nil: a terminal when standard input and output are one.
    var tty: Bool?
    var mounts: [String] = []

    /// Runs to the end and returns the process's exit code.
    func run() async throws -> Int32 {
        let tty = self.tty ?? RawTerminal.isInteractive
        let (frames, feed) = AsyncStream.makeStream(of: AttachFrame.self, bufferingPolicy: .unbounded)
        let sources = watchSignals(tty: tty, feed)
        watchInput(feed)
        let terminal = tty ? RawTerminal() : nil
        defer {
            for source in sources { source.cancel() }
            withExtendedLifetime(terminal) {}
        }
        return try await client.attach(
            request(tty: tty), frames: frames,
            handlers: .init(
                output: { try FileHandle.standardOutput.write(contentsOf: Data($0)) },
                errorOutput: { try FileHandle.standardError.write(contentsOf: Data($0)) }))
    }

    private func request(tty: Bool) -> AttachRequest {
        var environment: [String: String] = [:]
        if tty { environment["TERM"] = ProcessInfo.processInfo.environment["TERM"] ?? "xterm" }
        return AttachRequest(
            verb: verb, agent: agent, command: command, tty: tty, window: tty ? Self.window : nil,
            environment: environment, mounts: mounts)
    }

    private static var window: TerminalSize? {
        RawTerminal.size.map { TerminalSize(columns: Int($0.columns), rows: Int($0.rows)) }
    }

    /// Standard input, 64 KiB at a time; an empty frame says that it ended. A thread of its own that waits in read(2): the
    /// descriptor is the user's, so it can't be made non-blocking. It ends with the input or with the process.
    private func watchInput(_ feed: AsyncStream<AttachFrame>.Continuation) {
        let thread = Thread {
            while Self.passOn(feed) {}
        }
        thread.name = "palana-input"
        thread.start()
    }

    /// Reads once and passes it on; false at the end.
    private static func passOn(_ feed: AsyncStream<AttachFrame>.Continuation) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0 && (errno == EINTR || errno == EAGAIN) { return true }
        feed.yield(.input(Array(bytes.prefix(max(count, 0)))))
        return count > 0
    }

    /// With a terminal its size is passed on; without one, what would have ended this command ends the process instead.
    private func watchSignals(
        tty: Bool, _ feed: AsyncStream<AttachFrame>.Continuation
    ) -> [any DispatchSourceProtocol] {
        let numbers = tty ? [SIGWINCH, SIGTERM, SIGHUP] : [SIGINT, SIGTERM, SIGHUP]
        return numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if number == SIGWINCH {
                    if let window = Self.window { feed.yield(.resize(window)) }
                } else {
                    feed.yield(.signal(number))
                }
            }
            source.resume()
            return source
        }
    }
}
