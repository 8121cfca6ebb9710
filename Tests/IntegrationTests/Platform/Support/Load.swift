import Foundation

/// What `load.py` says at its end.
struct Load: Decodable, Sendable {
    /// How many answers came by "PATH STATUS CODE".
    var answers: [String: Int]
    /// Connections that broke.
    var broken: Int
    /// Answers that held the real key.
    var leaks: Int

    func count(_ path: String, _ status: Int) -> Int {
        answers.filter { $0.key.hasPrefix("\(path) \(status)") }.map(\.value).reduce(0, +)
    }
}

extension PlatformFixture {
    /// Has the agent send requests with its placeholder, in turn for the paths.
    /// - Parameters:
    ///   - requests: how many in all.
    ///   - name: tells loads apart; ``endLoad(_:of:)`` ends it early.
    func load(
        _ agent: String, connections: Int, requests: Int, name: String = "load", paths: [String] = ["/orders", "/echo"]
    ) async throws -> Load {
        let script = try String(contentsOf: World.scripts.appending(path: "load.py"), encoding: .utf8)
        let arguments = [
            "exec", agent, "--no-tty", "--", "python3", "-", "\(connections)", "\(requests)", "/tmp/\(name)",
        ]
        let result = try await palana(arguments + paths, input: script)
        guard result.status == 0 else { throw Failed(description: "the load: \(result)") }
        return try JSONDecoder().decode(Load.self, from: Data(result.output.utf8))
    }

    func endLoad(_ name: String, of agent: String) async throws {
        try await must("exec", agent, "--no-tty", "--", "touch", "/tmp/\(name)")
    }

    /// Whether all that reached the API from `start` on came with the real key, and nothing that is denied.
    func arrivals(from start: Int) throws -> (count: Int, strange: [String]) {
        let lines = try world.requests().dropFirst(start)
        return (lines.count, lines.filter { !$0.hasSuffix(world.ports.digest) || $0.contains("/forbidden") })
    }
}
