import ArgumentParser
import Foundation
import PlatformAPI

/// Prints what an agent wrote to its output.
struct AgentLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print an agent's output.",
        discussion: """
            palana logs demo --tail 50
              palana logs demo -f
            """)

    @OptionGroup var platform: PlatformOptions

    @Flag(name: .shortAndLong, help: "Go on as the agent writes.")
    var follow = false

    @Option(help: "Only the newest N lines.")
    var tail: Int?

    @Argument(help: "The agent's name.")
    var name: String

    func run() async throws {
        var query = ["follow": "\(follow)"]
        if let tail { query["tail"] = "\(tail)" }
        let isTerminal = isatty(STDOUT_FILENO) == 1
        try await platform.client().stream(["v1", "agents", name, "logs"], query: query) { bytes in
            try FileHandle.standardOutput.write(contentsOf: Data(isTerminal ? LogText.harmless(bytes) : bytes))
        }
    }
}

/// An agent's output as a terminal may see it.
enum LogText {
    /// Keeps lines and tabs; control bytes, which could drive the terminal, become `?`. Bytes above 127 stay, so that
    /// UTF-8 reads well, but for the C1 controls' lead pair (0xC2 0x80–0x9F).
    static func harmless(_ bytes: [UInt8]) -> [UInt8] {
        var previous: UInt8 = 0
        return bytes.map { byte in
            defer { previous = byte }
            if previous == 0xC2 && (0x80...0x9F).contains(byte) { return UInt8(ascii: "?") }
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\t"), 0x20..<0x7F, 0x80...: return byte
            default: return UInt8(ascii: "?")
            }
        }
    }
}
