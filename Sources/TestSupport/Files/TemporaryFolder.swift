import Foundation
import Glibc

/// A private folder with a short path (Unix sockets have 107 bytes) that goes away with the value.
public final class TemporaryFolder: Sendable {
    public let path: String

    public init() throws {
        var template = Array("/tmp/pXXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else { throw CocoaError(.fileWriteUnknown) }
        path = String(cString: made)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The absolute path of `name` in the folder.
    public func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Whether `name` is there.
    public func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// What the file `name` holds; empty when there is none.
    public func text(_ name: String) -> String { (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? "" }
}

/// Runs `body` with a folder that is removed afterwards, also when it throws.
public func withTemporaryFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    return try body(folder.path)
}
