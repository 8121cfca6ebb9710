import Foundation
import Testing

/// A private folder that stands for `/` or for a bin folder, and goes when the value does.
final class DoctorFixture: Sendable {
    let path: String

    init() throws {
        path = "/tmp/pd\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            Issue.record("\(path) stays behind: \(error)")
        }
    }

    /// Writes a file, its folders too; `path` is relative to this one.
    @discardableResult
    func write(_ text: String, to relative: String, mode: Int = 0o644) throws -> String {
        let file = "\(path)/\(relative)"
        try FileManager.default.createDirectory(
            atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }

    /// A program that prints `text` and ends with `status`.
    @discardableResult
    func program(_ relative: String, prints text: String, status: Int = 0) throws -> String {
        try write("#!/bin/sh\necho '\(text)'\nexit \(status)\n", to: relative, mode: 0o755)
    }
}
