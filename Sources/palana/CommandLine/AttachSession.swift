import Dispatch
import Foundation
import Glibc
import PalanaCore
import PlatformAPI

/// One attached command: relays the terminal (or pipes) and ends with the command's exit code.
struct AttachSession {
    var attachment: any TerminalAttachment
    var agent: String
    var verb: AttachRequest.Verb
    var command: [String]
    /// Nil: a terminal when standard input and output are one.
    var tty: Bool?
    var mounts: [String] = []

    /// Runs to the end and returns the process's exit code.
    func run() async throws -> Int32 {
        let takesTerminal = attachment.takesTerminal(verb, command: command)
        guard takesTerminal || tty != true else {
            throw CommandFailure(
                .failed, "an agent's own command has no terminal here; leave --tty out, or give a command: -- CMD")
        }
        let tty = takesTerminal && (self.tty ?? RawTerminal.isInteractive)
        // More signals than this wait only when the platform hangs; the newest say what is wanted.
        let (events, feed) = AsyncStream.makeStream(of: AttachFrame.self, bufferingPolicy: .bufferingNewest(16))
        let sources = watchSignals(tty: tty, feed)
        let input = StandardInput()
        let terminal = tty ? RawTerminal() : nil
        defer {
            for source in sources { source.cancel() }
            withExtendedLifetime(terminal) {}
        }
        return try await attachment.attach(
            request(tty: tty), source: .init(events: events, input: input.pieces, more: input.more),
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
