import Foundation
import Testing

extension Command {
    /// The number of a process that a shell has written into `file`, as soon as it is there.
    static func process(in file: String) async throws -> Int32 {
        var process: Int32?
        try await eventually("\(file) holds a process") {
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
            return process != nil
        }
        return try #require(process)
    }

    /// Runs a program that leaves another one behind, such as `palana up --detach`. Foundation takes a process for ended
    /// when the last one that inherited its descriptors has; so this one gets none but the three.
    static func runDetaching(
        _ program: String, _ arguments: [String], environment: [String: String]
    ) async throws -> CommandResult {
        let script = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode)"
        return try await run("/usr/bin/env", ["python3", "-c", script, program] + arguments, environment: environment)
    }
}
