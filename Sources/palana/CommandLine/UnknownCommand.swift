import ArgumentParser
import Manifests

/// A first word that is no command: the parser would only call it unexpected.
enum UnknownCommand {
    /// - Parameter words: the process's arguments, without its name.
    /// - Throws: `CommandFailure` with the nearest command there is.
    static func refuse(in words: [String]) throws {
        var type: any ParsableCommand.Type = Palana.self
        var path = "palana"
        for word in words {
            let known = type.configuration.subcommands
            guard !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return }
            guard let next = known.first(where: { $0.configuration.commandName == word }) else {
                let names = known.compactMap { $0.configuration.commandName }
                let guess = NearestName.of(word, among: names).map { "did you mean \($0)? See" } ?? "see"
                throw CommandFailure(.usage, "there is no command \"\(path) \(word)\"; \(guess): \(path) --help")
            }
            type = next
            path += " \(word)"
        }
    }
}
