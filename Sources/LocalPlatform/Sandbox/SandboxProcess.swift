import Glibc
public import PalanaCore

/// A process in a sandbox: the agent, or one that was exec'd beside it.
public final class SandboxProcess: Sendable {
    /// Our number for it on the control channel.
    let id: UInt64
    /// Its terminal's master when it has a terminal: read its output and write its input there. It belongs to the
    /// sandbox's own devpts, never to the user's terminal.
    public var terminal: Descriptor? { started?.terminal }

    struct Start: Sendable {
        var process: Int32
        var terminal: Descriptor?
    }

    let start = Outcome<Result<Start, SandboxError>>()
    let exit = Outcome<Result<ExitStatus, SandboxError>>()
    private let channel: ControlChannel

    init(id: UInt64, channel: ControlChannel) {
        self.id = id
        self.channel = channel
    }

    /// Its number inside the sandbox.
    public var numberInside: Int32 { started?.process ?? 0 }

    private var started: Start? { try? start.current?.get() }

    /// Waits for its end.
    /// - Throws: ``SandboxError`` when the sandbox ended first, `CancellationError` when the waiting task is cancelled.
    public func wait() async throws -> ExitStatus {
        try await exit.value().get()
    }

    /// Sends a signal to the process and its group.
    public func signal(_ number: Int32) async throws {
        try await channel.send(.signal(number), id: id)
    }

    /// Tells the terminal its new size; the program gets SIGWINCH. Does nothing without a terminal.
    public func resize(_ size: TerminalSize) {
        guard let terminal else { return }
        var window = winsize(
            ws_row: UInt16(clamping: size.rows), ws_col: UInt16(clamping: size.columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(terminal.number, UInt(TIOCSWINSZ), &window)
    }
}

/// What a process in the sandbox reads and writes.
public enum SandboxStreams: Sendable {
    /// A terminal of the sandbox's own.
    case terminal(TerminalSize)
    /// Pipes (or `/dev/null`). Let your own reference to a pipe's writing end go once the program was started, or its
    /// end is never seen. Never hand over a terminal or file of the user's: the program could do to it what the
    /// user can.
    case descriptors(input: Descriptor, output: Descriptor, error: Descriptor)
}
