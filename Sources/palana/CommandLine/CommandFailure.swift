import ArgumentParser
import Foundation
import PlatformAPI

/// A command that could not do what it was asked: a sentence and an exit code.
struct CommandFailure: Error, CustomStringConvertible {
    var status: ExitStatus
    var description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// Says what went wrong on standard error and ends the process.
    static func exit(with error: any Error) -> Never {
        switch error {
        case let failure as CommandFailure:
            Terminal.warn("\(ActingContext.prefix): \(lines(failure.description))")
            leave(failure.status.rawValue)
        case let error as APIError:
            Terminal.warn("\(ActingContext.prefix): \(lines(error.message))")
            leave(ExitStatus(error.reason).rawValue)
        case let code as ExitCode:
            leave(code.rawValue)
        default:
            exitAsParser(error)
        }
    }

    /// ArgumentParser's own errors (usage, help, version) keep its texts; its usage code 64 becomes 2.
    private static func exitAsParser(_ error: any Error) -> Never {
        let code = Palana.exitCode(for: error)
        let text = Palana.fullMessage(for: error)
        guard code != .success else {
            Terminal.write(text)
            leave(ExitStatus.ok.rawValue)
        }
        let sentence = lines(code == .validationFailure ? usage(text) : "\(error)")
        Terminal.warn("\(ActingContext.prefix): \(sentence)")
        leave(code == .validationFailure ? ExitStatus.usage.rawValue : ExitStatus.failed.rawValue)
    }

    /// The parser's sentence, what the argument is for, and where to read on; without the line that lists every option.
    private static func usage(_ text: String) -> String {
        var lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("Usage: ") }
        if let first = lines.first, first.hasPrefix("Error: ") { lines[0] = String(first.dropFirst("Error: ".count)) }
        return lines.joined(separator: "\n")
    }

    /// Ends the process at once. What is written is written without a buffer of ours; and the tear-down of a process that
    /// still has event loops and terminal watchers in other threads is where it could crash.
    static func leave(_ status: Int32) -> Never {
        fflush(nil)
        _exit(status)
    }

    /// Messages may quote what came from outside: every line of them is made harmless, the line breaks stay.
    private static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { Terminal.visible(String($0)) }
            .joined(separator: "\n")
    }
}
