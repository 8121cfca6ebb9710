internal import ServiceSupport

/// The programs: which is used, from where, in what version.
struct ToolsCheck: DoctorCheck {
    var locator: ToolLocator
    var tools: [Tool]

    func findings() async -> [DoctorFinding] {
        await locator.searchAll(tools).map(Self.finding)
    }

    /// A missing program of the platform's own stops it; one that only the demo and the tests need is a warning.
    static func finding(_ tool: Tool, _ search: ToolSearch) -> DoctorFinding {
        switch search {
        case .found(let path, let version):
            return DoctorFinding(tool.name, .ok, version.map { "\($0) at \(path)" } ?? path)
        case .missing:
            let detail = ToolsMissing.describe(tool, search)
            switch tool.need {
            case .platform: return DoctorFinding(tool.name, .missing, detail, mend: tool.mend)
            case .development:
                return DoctorFinding(tool.name, .warning, "\(detail); make demo and make test need it", mend: tool.mend)
            }
        }
    }
}
