/// Why a sandbox, or a process in it, could not be made.
public struct SandboxError: Error, CustomStringConvertible, Equatable {
    public enum Kind: Sendable, Equatable {
        /// The configuration asks for something that is not allowed or doesn't exist: the user can mend it.
        case refused
        /// The machine or the sandbox failed.
        case failed
    }

    public let kind: Kind
    /// One sentence that names the thing and, where there is one, the way out.
    public let description: String

    static func refused(_ description: String) -> SandboxError {
        SandboxError(kind: .refused, description: description)
    }

    static func failed(_ description: String) -> SandboxError {
        SandboxError(kind: .failed, description: description)
    }
}
