import ArgumentParser
import Foundation
import Manifests
import PlatformAPI

/// Stores the objects of YAML or JSON files; all of one file or none.
struct ResourceApply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Create or change agents, templates and policies from files.",
        discussion: """
            palana apply -f agent.yaml -f policies/
              cat agent.yaml | palana apply -f -
            """)

    @OptionGroup var platform: PlatformOptions

    @Option(
        name: [.short, .customLong("filename")],
        help: ArgumentHelp("A file, a folder of .yaml, .yml and .json files, or - . Repeatable.", valueName: "file"))
    var files: [String]

    @Flag(help: "Check only; change nothing.")
    var dryRun = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("Say which file: palana apply -f FILE") }
    }

    func run() async throws {
        let manifests = try ManifestFiles.read(files)
        // Read here first, so that a mistake in any file is told with its line before anything is changed.
        for (name, text) in manifests { try Self.check(text, name) }
        let operations = try platform.operations()
        for (name, text) in manifests {
            do {
                ApplyReport.print(try await operations.apply(text, dryRun: dryRun), dryRun: dryRun)
            } catch let error as APIError where error.reason == .invalid {
                throw APIError(.invalid, "\(name): \(error.message)")
            }
        }
    }
}

extension ResourceApply {
    private static func check(_ text: String, _ name: String) throws {
        do {
            _ = try ManifestDecoder().decode(text.utf8, source: name)
        } catch {
            throw CommandFailure(.failed, error.description)
        }
    }
}

/// Reads what `-f` names.
enum ManifestFiles {
    /// Largest input taken from one file or pipe.
    static let limit = 8 << 20

    /// Pairs of a name for messages and the text.
    static func read(_ names: [String]) throws -> [(name: String, text: String)] {
        try names.flatMap(expand).map { name in
            let data = try contents(name)
            guard data.count <= limit, let text = String(data: data, encoding: .utf8) else {
                throw CommandFailure(.failed, "\(name) is longer than 8 MiB or not UTF-8 text")
            }
            return (name == "-" ? "standard input" : name, text)
        }
    }

    private static func contents(_ name: String) throws -> Data {
        name == "-" ? try FileHandle.standardInput.readToEnd() ?? Data() : try InputFile.read(name)
    }

    private static func expand(_ name: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard name != "-", FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue
        else {
            return [name]
        }
        let found = try FileManager.default.contentsOfDirectory(atPath: name).sorted()
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") || $0.hasSuffix(".json") }
        guard !found.isEmpty else { throw CommandFailure(.notFound, "\(name) holds no .yaml, .yml or .json file") }
        return found.map { "\(name)/\($0)" }
    }
}
