import Glibc

/// How a process ended, as a shell reports it.
public struct ExitStatus: Sendable, Hashable, CustomStringConvertible {
    /// 0–255; 128+n when signal n ended the process.
    public let code: Int32

    public init(code: Int32) {
        self.code = code
    }

    /// - Parameter waitStatus: what `waitpid` stored.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        code = signal == 0 ? (waitStatus >> 8) & 0xff : 128 + signal
    }

    public var isSuccess: Bool { code == 0 }

    public var description: String {
        guard code > 128, code <= 128 + 64 else { return "exit status \(code)" }
        return "exit status \(code) (signal \(code - 128))"
    }
}
