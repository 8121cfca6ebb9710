import ArgumentParser
import Foundation
import Manifests
import PalanaCore

/// Prints what a cluster must know before it takes our objects.
struct ResourceDefinitions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crds", abstract: "Print the CustomResourceDefinitions for Kubernetes.",
        discussion: "palana crds | kubectl apply -f -")

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write a file for each kind into this folder instead.", valueName: "dir"))
    var output: String?

    func run() throws {
        let definitions = ResourceKind.allCases.map { ResourceDefinition($0) }.sorted { $0.name < $1.name }
        guard let output else {
            let documents = try definitions.map { try $0.yaml() }
            return Terminal.write(documents.joined(separator: "---\n"))
        }
        do {
            try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            for definition in definitions {
                let file = URL(filePath: output).appending(path: definition.fileName)
                try Data(try definition.yaml().utf8).write(to: file, options: .atomic)
            }
        } catch let error as CocoaError {
            throw CommandFailure(.failed, "can't write to \(output): \(error.localizedDescription)")
        }
    }
}
