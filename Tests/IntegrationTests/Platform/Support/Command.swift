import Foundation
import Synchronization

/// How a command ended, and all that it said.
struct CommandResult: Sendable, CustomStringConvertible {
    var status: Int32
    var output: String
    var error: String

    var description: String { "exit code \(status)\n\(output)\n\(error)" }
}

/// Programs that are run to their end.
enum Command {
    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> CommandResult {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (into, out, error) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (into, out, error)
        try process.run()
        let (writer, outReader, errorReader) = (
            into.fileHandleForWriting, out.fileHandleForReading, error.fileHandleForReading
        )
        // Each pipe is served on its own: none of them may fill while another is waited for.
        async let output = read(outReader)
        async let complaint = read(errorReader)
        await write(input, to: writer)
        let result = await (output, complaint)
        process.waitUntilExit()
        return CommandResult(status: process.terminationStatus, output: result.0, error: result.1)
    }

    private static func read(_ handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                // A pipe that breaks has said all it will.
                let data = (try? handle.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }

    private static func write(_ text: String, to handle: FileHandle) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                // A program that doesn't read its input closes it early.
                try? handle.write(contentsOf: Data(text.utf8))
                try? handle.close()
                continuation.resume()
            }
        }
    }
}
