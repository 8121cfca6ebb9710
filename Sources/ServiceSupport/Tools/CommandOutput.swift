internal import Subprocess
internal import SystemPackage

/// A short command run to its end: for asking a program its version or whether something works on this machine.
public struct CommandOutput: Sendable, Hashable {
    public var succeeded: Bool
    /// Standard output, then standard error; at most 64 KiB of each.
    public var text: String

    public init(succeeded: Bool, text: String) {
        self.succeeded = succeeded
        self.text = text
    }

    /// The last line that holds something, for a message.
    public var lastLine: String {
        text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it said nothing"
    }

    /// Runs `path`. What can't be started, prints too much or outlasts `limit` is a failure with the reason as its text.
    /// - Parameter limit: after it the command is ended.
    public static func of(_ path: String, _ arguments: [String], within limit: Duration = .seconds(10)) async
        -> CommandOutput
    {
        await withTaskGroup(of: CommandOutput?.self) { group in
            group.addTask { await run(path, arguments) }
            group.addTask {
                do { try await Task.sleep(for: limit) } catch { return nil }
                return CommandOutput(succeeded: false, text: "no answer within \(limit.components.seconds) s")
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? CommandOutput(succeeded: false, text: "cancelled")
        }
    }

    private static func run(_ path: String, _ arguments: [String]) async -> CommandOutput {
        do {
            let result = try await Subprocess.run(
                .path(FilePath(path)), arguments: Arguments(arguments), output: .string(limit: 1 << 16),
                error: .string(limit: 1 << 16))
            return CommandOutput(
                succeeded: result.terminationStatus.isSuccess,
                text: result.standardOutput + result.standardError)
        } catch {
            return CommandOutput(succeeded: false, text: "\(error)")
        }
    }
}
