internal import ServiceSupport

/// `palana doctor`: whether this machine can run the platform, and the command for each thing that it lacks.
///
/// The checks are data in, findings out; who prints them decides how.
public struct Doctor: Sendable {
    public var checks: [any DoctorCheck]

    /// - Parameter checks: in the order of the findings.
    public init(checks: [any DoctorCheck]) {
        self.checks = checks
    }

    /// All checks of the single-machine platform.
    public init(_ configuration: DoctorConfiguration) {
        let system = SystemFiles(root: configuration.systemRoot)
        self.init(checks: [
            ToolsCheck(locator: configuration.tools, tools: Self.tools(for: configuration)),
            OwnProgramsCheck(folders: configuration.ownFolders),
            EnvoyRunsCheck(locator: configuration.tools),
            UserNamespaceCheck(isRoot: configuration.isRoot, system: system),
            SandboxCheck(locator: configuration.tools, isRoot: configuration.isRoot),
            LimitsCheck(
                isRoot: configuration.isRoot, system: system, systemdRun: configuration.tools.path(of: "systemd-run"),
                runtimeFolder: configuration.runtimeFolder),
            StateFolderCheck(path: configuration.stateFolder, userID: configuration.userID),
            DiskCheck(folder: configuration.stateFolder),
            CorePatternCheck(system: system),
        ])
    }

    /// Runs the checks at once; the findings in the order of the checks.
    public func examine() async -> [DoctorFinding] {
        await withTaskGroup(of: (Int, [DoctorFinding]).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await check.findings()) }
            }
            var results: [Int: [DoctorFinding]] = [:]
            for await (index, findings) in group { results[index] = findings }
            return checks.indices.flatMap { results[$0] ?? [] }
        }
    }

    private static func tools(for configuration: DoctorConfiguration) -> [Tool] {
        let platform = Tool.platform.filter { $0 != .openBao || configuration.vaultAddress == nil }
        return platform + Tool.development
    }
}

extension Array where Element == DoctorFinding {
    /// Whether the platform can start: nothing is missing.
    public var allowStart: Bool { !contains { $0.status == .missing } }
}
