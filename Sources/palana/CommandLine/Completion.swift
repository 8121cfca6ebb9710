import ArgumentParser

/// Prints a shell's completion script.
struct Completion: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print a shell completion script.",
        discussion: """
            palana completion bash > ~/.local/share/bash-completion/completions/palana
              palana completion zsh > "${fpath[1]}/_palana"
              palana completion fish > ~/.config/fish/completions/palana.fish
            """)

    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash, zsh, fish
    }

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() {
        let shell: CompletionShell =
            switch self.shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal.write(Palana.completionScript(for: shell))
    }
}
