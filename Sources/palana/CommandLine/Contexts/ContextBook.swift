import Foundation
import KubernetesClient
import PalanaCore
import VaultClient
import Yams

/// Which platforms a person can act on, and which one they chose: `~/.config/palana/contexts.yaml` and kubeconfig files.
/// Holds no credential: those stay where the kubeconfig has them.
struct ContextBook {
    /// The name of this machine, whatever a kubeconfig file calls so.
    static let machine = "local"

    var content: ContextContent
    private let file: URL
    private let environment: [String: String]

    /// - Parameter environment: the variables of the process.
    static func load(environment: [String: String] = ProcessInfo.processInfo.environment) throws -> ContextBook {
        let file = folder(environment).appending(path: "contexts.yaml")
        guard FileManager.default.fileExists(atPath: file.path) else {
            return ContextBook(content: ContextContent(), file: file, environment: environment)
        }
        let text = try InputFile.text(file.path)
        do {
            let isEmpty = text.allSatisfy(\.isWhitespace)
            let content = isEmpty ? ContextContent() : try YAMLDecoder().decode(ContextContent.self, from: text)
            return ContextBook(content: content, file: file, environment: environment)
        } catch {
            throw CommandFailure(.failed, "\(file.path) can't be read as contexts: correct it, or remove it")
        }
    }

    private static func folder(_ environment: [String: String]) -> URL {
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return URL(fileURLWithPath: base ?? "\(environment["HOME"] ?? "")/.config").appending(path: "palana")
    }

    /// `PALANA_CONTEXT`.
    var environmentChoice: String? { environment["PALANA_CONTEXT"].flatMap { $0.isEmpty ? nil : $0 } }

    /// The context of a name: this machine, one that was chosen before, or one of the kubeconfig files of now.
    func context(_ name: String) throws -> PlatformContext {
        guard name != Self.machine else { return .machine }
        if let choice = content.contexts?.first(where: { $0.name == name }) {
            return .cluster(ClusterContext(choice: choice, kubeconfig: try kubeconfig(choice.kubeconfig)))
        }
        return .cluster(try found(name, in: Kubeconfig.files(in: environment)))
    }

    /// - Throws: `not found` with the names that there are.
    func found(_ name: String, in files: [String]) throws -> ClusterContext {
        let kubeconfig = try kubeconfig(files)
        guard kubeconfig.contextNames.contains(name) else {
            let place = files.isEmpty ? "no kubeconfig file was found" : "in \(files.joined(separator: ", "))"
            throw CommandFailure(
                .notFound,
                "there is no context \(ShownText.quoted(name)) (\(place)); those that are there: palana context list")
        }
        let absolute = files.map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        return ClusterContext(choice: ContextChoice(name: name, kubeconfig: absolute), kubeconfig: kubeconfig)
    }

    /// All Kubernetes contexts, by name.
    func clusters() throws -> [ClusterContext] {
        let files = Kubeconfig.files(in: environment)
        let chosen = content.contexts ?? []
        let fresh = try kubeconfig(files).contextNames.filter { name in
            name != Self.machine && !chosen.contains { $0.name == name }
        }
        let all =
            try chosen.map { ClusterContext(choice: $0, kubeconfig: try kubeconfig($0.kubeconfig)) }
            + fresh.map { try found($0, in: files) }
        return all.sorted { $0.choice.name < $1.choice.name }
    }

    private func kubeconfig(_ files: [String]) throws -> Kubeconfig {
        do {
            return try Kubeconfig.load(files: files, environment: environment)
        } catch {
            throw CommandFailure(.failed, error.message)
        }
    }

    /// Makes a context the one that commands act on.
    /// - Parameter choice: nil for this machine.
    mutating func choose(_ choice: ContextChoice?) throws {
        if let choice {
            content.contexts = (content.contexts ?? []).filter { $0.name != choice.name } + [choice]
        }
        content.current = choice?.name
        try save()
    }

    private func save() throws {
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            try PrivateFile.write(Data(try YAMLEncoder().encode(content).utf8), to: file)
        } catch {
            throw CommandFailure(.failed, "can't write \(file.path): \(error.localizedDescription)")
        }
    }
}
