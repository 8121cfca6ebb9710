import ArgumentParser

struct ContextCurrent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "current", abstract: "Print the name of the context that commands act on.",
        discussion: "palana context current")

    func run() throws {
        let book = try ContextBook.load()
        Terminal.write(Terminal.visible(book.environmentChoice ?? book.content.current ?? ContextBook.machine))
    }
}
