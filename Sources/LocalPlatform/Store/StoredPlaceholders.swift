import Foundation
import Manifests
public import PalanaCore

/// The placeholder of each agent and secret: made once, kept in a file per agent, so that a restart changes nothing for
/// a program that has stored it. A new one is made only for another pattern or for a new agent of the same name. Those
/// of secrets that have gone are kept too, to recognise them where they are tried.
public actor StoredPlaceholders {
    private struct Entry: Codable {
        var pattern: String
        var value: String
    }

    private struct AgentFile: Codable {
        var uid: String
        var secrets: [String: Entry]
    }

    private let folder: AtomicFolder
    private let queue = DiskQueue(label: "palana.placeholders")
    private var agents: [AgentID: AgentFile] = [:]

    /// - Parameter folder: absolute path; made with mode 0700 when it is missing.
    public init(folder: String) throws(StoreFailure) {
        self.folder = try AtomicFolder(path: folder)
        for name in try self.folder.names() {
            let data = try self.folder.read(name)
            guard name.hasSuffix(".json"), let file = try? JSONDecoder().decode(AgentFile.self, from: data) else {
                throw .corrupted(
                    "\(self.folder.file(name)) is damaged; remove it, then its agent gets new placeholders")
            }
            agents[AgentID(rawValue: String(name.dropLast(5)))] = file
        }
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// The placeholder in force of every proxy-mode secret, by name; missing ones are made and written first.
    ///
    /// - Parameter agent: as it runs (`Agent.effective(with:)`).
    public func placeholders(for agent: Agent) throws(StoreFailure) -> [String: String] {
        let secrets = (agent.spec.secrets ?? []).map { $0.defaulted() }.filter { $0.mode == .proxy }
        let uid = agent.metadata.uid ?? ""
        let known = agents[agent.id].flatMap { $0.uid == uid ? $0 : nil }
        var file = known ?? AgentFile(uid: uid, secrets: [:])
        var isChanged = false
        for secret in secrets {
            let pattern = secret.placeholder ?? AgentDefaults.placeholder
            if file.secrets[secret.name]?.pattern == pattern { continue }
            file.secrets[secret.name] = Entry(pattern: pattern, value: try Self.generate(pattern, secret, agent))
            isChanged = true
        }
        if isChanged { try write(file, for: agent.id) }
        let names = Set(secrets.map(\.name))
        return file.secrets.filter { names.contains($0.key) }.mapValues(\.value)
    }

    /// Every placeholder that was ever made for an agent that there is, by value.
    public func holders() -> [String: (agent: AgentID, secret: String)] {
        var holders: [String: (agent: AgentID, secret: String)] = [:]
        for (id, file) in agents {
            for (name, entry) in file.secrets { holders[entry.value] = (id, name) }
        }
        return holders
    }

    /// Forgets the agents that aren't in `ids`.
    public func keep(only ids: Set<AgentID>) throws(StoreFailure) {
        for id in agents.keys where !ids.contains(id) {
            try folder.remove("\(id).json")
            agents[id] = nil
        }
    }

    private func write(_ file: AgentFile, for id: AgentID) throws(StoreFailure) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let data: Data
        do {
            data = try encoder.encode(file)
        } catch {
            throw .unavailable("can't write the placeholders of \(id): \(error.localizedDescription)")
        }
        try folder.replace("\(id).json", with: Array(data))
        agents[id] = file
    }

    private static func generate(_ pattern: String, _ secret: AgentSecret, _ agent: Agent) throws(StoreFailure)
        -> String
    {
        do throws(PlaceholderPatternError) {
            return try PlaceholderPattern(parsing: pattern).generate(secretName: secret.name)
        } catch {
            throw .refused(ResourceKey(.agent, agent.metadata.name), "placeholder of secret \(secret.name): \(error)")
        }
    }
}
