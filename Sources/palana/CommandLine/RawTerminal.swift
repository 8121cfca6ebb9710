import Glibc

/// A person's terminal in raw mode, as long as the value lives: every key goes to the process in the sandbox, whose own
/// terminal does the echo and the line editing.
final class RawTerminal {
    private var original = termios()

    /// Nil when standard input is no terminal.
    init?() {
        guard tcgetattr(STDIN_FILENO, &original) == 0 else { return nil }
        var raw = original
        cfmakeraw(&raw)
        guard tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0 else { return nil }
    }

    deinit {
        tcsetattr(STDIN_FILENO, TCSANOW, &original)
    }

    /// Whether both ends of the command are a terminal.
    static var isInteractive: Bool {
        isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    }

    /// The terminal's size in characters, or nil when it has none.
    static var size: (columns: UInt16, rows: UInt16)? {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return nil }
        return (window.ws_col, window.ws_row)
    }
}
