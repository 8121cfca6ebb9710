import PalanaCore

extension Refusal {
    /// A connection to an agent's port from elsewhere than its pods. Whose port it is isn't said to whoever asks.
    static let foreignSource = Refusal(
        .unknownAgent, "this connection doesn't come from the agent that the port belongs to",
        hint: "use the proxy of this agent's own namespace")
}
