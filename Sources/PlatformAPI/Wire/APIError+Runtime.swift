public import PalanaCore

extension APIError {
    /// The failure with the agent's name, which the runtime doesn't know.
    public init(_ failure: RuntimeFailure, agent name: String) {
        switch failure {
        case .notRunning:
            self.init(
                .conflict,
                "agent \(name) is not running; start it with: palana start \(name), or palana run \(name) -- CMD")
        case .alreadyRunning:
            self.init(
                .conflict,
                "agent \(name) is running already; stop it with: palana suspend \(name), or add a command to it: "
                    + "palana exec \(name) -- CMD")
        case .refused(let sentence): self.init(.invalid, "agent \(name): \(sentence)")
        case .unavailable(let sentence): self.init(.unavailable, "agent \(name): \(sentence)")
        case .failed(let sentence): self.init(.failed, "agent \(name): \(sentence)")
        }
    }
}
