import Foundation
import TestSupport
import Testing

/// `palana` as a person runs it, on a machine where no platform is up.
struct CommandLineFixture {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// The state folder that every command is given; it isn't there.
    var state: String { folder.path("s") }

    func palana(
        _ arguments: [String], environment: [String: String] = [:], input: String = ""
    ) async throws -> CommandResult {
        try await Command.run(
            PlatformFixture.program, arguments, environment: ["PALANA_STATE": state].merging(environment) { $1 },
            input: input)
    }

    /// Writes a file for a command to read and answers its path.
    func file(_ name: String, _ text: String) throws -> String {
        let path = folder.path(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}

extension CommandResult {
    /// What people see but for line ends holds no control character that could drive a terminal.
    var isPlain: Bool {
        (output + error).unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
    }
}
