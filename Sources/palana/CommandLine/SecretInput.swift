import ArgumentParser
import Foundation
import PalanaCore

/// Where a secret's value comes from. There is no way to give it as an argument: arguments show in the process list and
/// in the shell's history.
struct SecretInput: ParsableArguments {
    @Option(
        name: .customLong("from-env"),
        help: ArgumentHelp("Take the value from this environment variable.", valueName: "name"))
    var variable: String?

    @Option(
        name: .customLong("from-file"),
        help: ArgumentHelp("Take the value from this file (one trailing newline is dropped).", valueName: "file"))
    var file: String?

    @Flag(name: .customLong("stdin"), help: "Read the value from standard input (one trailing newline is dropped).")
    var standardInput = false

    /// Only there to be refused, and never to be repeated: it may be a secret.
    @Argument(help: .hidden)
    var surplus: [String] = []

    func validate() throws {
        guard surplus.isEmpty else {
            throw ValidationError(
                "A secret's value can't be an argument: process lists and the shell's history show those. Give it by "
                    + "--from-env, --from-file or --stdin, and replace the value if you typed a real one.")
        }
        let given = [variable != nil, file != nil, standardInput].filter { $0 }.count
        guard given == 1 else {
            throw ValidationError("Say where the value comes from: one of --from-env, --from-file or --stdin.")
        }
    }

    func value() throws -> Secret<String> {
        if let variable {
            guard let value = ProcessInfo.processInfo.environment[variable], !value.isEmpty else {
                throw CommandFailure(.failed, "the environment variable \(variable) is not set")
            }
            return Secret(value)
        }
        return try text(file == nil ? FileHandle.standardInput.readToEnd() : InputFile.read(file ?? ""))
    }

    private func text(_ data: Data?) throws -> Secret<String> {
        guard let data, !data.isEmpty, var text = String(data: data, encoding: .utf8) else {
            throw CommandFailure(.failed, "the secret's value is empty or not UTF-8 text")
        }
        if text.hasSuffix("\n") { text.removeLast() }
        guard !text.isEmpty else { throw CommandFailure(.failed, "the secret's value is empty") }
        return Secret(text)
    }
}
