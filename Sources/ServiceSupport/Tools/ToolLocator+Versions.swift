/// Looking for programs by version: the first that is new enough wins, wherever an older one stands before it.
extension ToolLocator {
    /// Finds a program that runs and is new enough.
    public func find(_ tool: Tool) async -> ToolSearch {
        if let path = settled[tool.name], case .success(let version) = await Self.judge(path, as: tool) {
            return .found(path: path, version: version)
        }
        var rejected: [ToolSearch.Rejected] = []
        for path in paths(of: tool.name) {
            switch await Self.judge(path, as: tool) {
            case .success(let version): return .found(path: path, version: version)
            case .failure(let reason): rejected.append(ToolSearch.Rejected(path: path, reason: reason.text))
            }
        }
        return .missing(rejected: rejected)
    }

    /// This locator with the places of `tools` settled: from then on ``path(of:)`` gives the version that will do.
    /// - Throws: ``ToolsMissing`` when there is none of some of them.
    public func resolved(_ tools: [Tool]) async throws(ToolsMissing) -> ToolLocator {
        var locator = self
        var missing: [(Tool, ToolSearch)] = []
        for (tool, search) in await searchAll(tools) {
            locator.settled[tool.name] = search.path
            if search.path == nil { missing.append((tool, search)) }
        }
        guard missing.isEmpty else { throw ToolsMissing(missing) }
        return locator
    }

    /// Searches for all at once; the results in the order of `tools`.
    public func searchAll(_ tools: [Tool]) async -> [(Tool, ToolSearch)] {
        await withTaskGroup(of: (Int, ToolSearch).self) { group in
            for (index, tool) in tools.enumerated() {
                group.addTask { (index, await find(tool)) }
            }
            var searches: [Int: ToolSearch] = [:]
            for await (index, search) in group { searches[index] = search }
            return tools.enumerated().map { ($1, searches[$0] ?? .missing(rejected: [])) }
        }
    }

    private struct Reason: Error {
        var text: String
    }

    private static func judge(_ path: String, as tool: Tool) async -> Result<ToolVersion?, Reason> {
        guard !tool.versionArguments.isEmpty else { return .success(nil) }
        let output = await CommandOutput.of(path, tool.versionArguments)
        guard output.succeeded else { return .failure(Reason(text: "doesn't run: \(output.lastLine)")) }
        let version = ToolVersion(in: output.text)
        guard let minimum = tool.minimum else { return .success(version) }
        guard let version else { return .failure(Reason(text: "prints no version")) }
        guard version >= minimum else { return .failure(Reason(text: "is \(version)")) }
        return .success(version)
    }
}
