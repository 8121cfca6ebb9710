/// Why a Unix socket can't be served safely. Each case reads as one sentence.
public enum UnixSocketError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Linux takes at most 107 bytes of path (unix(7)).
    case pathTooLong(String, bytes: Int)
    /// The folder is not a folder, not ours, or open to others.
    case unsafeFolder(String, reason: String)
    /// Something that is no socket stands in the way.
    case occupied(String)
    /// Another process serves it.
    case inUse(String)
    case system(call: String, path: String, errno: Int32, text: String)

    public var description: String {
        switch self {
        case .pathTooLong(let path, let bytes):
            "socket path \(path) has \(bytes) bytes, at most \(UnixSocket.longestPath) fit: use a shorter state folder"
        case .unsafeFolder(let path, let reason):
            "folder \(path) can't hold a private socket: \(reason)"
        case .occupied(let path):
            "\(path) exists and is not a socket: move it away"
        case .inUse(let path):
            "another process serves \(path): stop it first"
        case .system(let call, let path, let code, let text):
            "\(call) failed for \(path): \(text) (errno \(code))"
        }
    }
}
