import ArgumentParser
import Foundation
import PalanaCore
import Yams

/// How a command prints: a table for people, JSON or YAML for programs.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json, yaml
}

/// `-o table|json|yaml`, shared by the commands that print objects.
struct OutputOptions: ParsableArguments {
    @Option(
        name: [.short, .customLong("output")],
        help: ArgumentHelp("How to print: table, json or yaml.", valueName: "format"))
    var output: OutputFormat = .table

    /// Prints `value` for programs, or what `table` makes of it for people.
    func print<Value: Encodable>(_ value: Value, table: () -> String) throws {
        switch output {
        case .table: Terminal.write(table())
        case .json: Terminal.write(try JSONText.pretty(value))
        case .yaml: Terminal.write(try YAMLEncoder().encode(value))
        }
    }
}

/// JSON as people read it: sorted, indented, slashes as they are, times in RFC 3339.
enum JSONText {
    static func pretty(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return ShownText.json(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}
