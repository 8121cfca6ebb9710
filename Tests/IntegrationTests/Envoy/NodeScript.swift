import Foundation
import Synchronization

/// A script of `Scripts/`, run by node or Python: the tests' upstreams and the programs of their agents.
final class NodeScript: Sendable {
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let process: Mutex<Process>
    private let input: FileHandle
    private let output: FileHandle

    init(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        let (into, from) = (Pipe(), Pipe())
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Scripts")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let interpreter = name.hasSuffix(".py") ? "python3" : "node"
        process.arguments = [interpreter, folder.appendingPathComponent(name).path] + arguments
        process.standardInput = into
        process.standardOutput = from
        try process.run()
        input = into.fileHandleForWriting
        output = from.fileHandleForReading
        self.process = Mutex(process)
    }

    /// The next line that it prints; throws when it ends instead.
    func line() async throws -> Data {
        let output = output
        // Reading blocks, so it happens on a thread of its own kind and not on the tasks' few.
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                var line = Data()
                while let byte = try? output.read(upToCount: 1), !byte.isEmpty {
                    guard byte != Data("\n".utf8) else { return continuation.resume(returning: line) }
                    line.append(byte)
                }
                let text = String(decoding: line, as: UTF8.self)
                continuation.resume(throwing: Failed(description: "the script ended without an answer: \(text)"))
            }
        }
    }

    func tell(_ text: String) throws { try input.write(contentsOf: Data((text + "\n").utf8)) }

    func stop() {
        process.withLock { process in
            guard process.isRunning else { return }
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
