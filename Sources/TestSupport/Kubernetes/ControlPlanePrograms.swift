public import Foundation
public import ServiceSupport

/// Where the programs of a control plane are, and of what version: `KUBEBUILDER_ASSETS` (the folder that envtest names so),
/// else what `scripts/setup.sh kubernetes` has left in the cache.
public struct ControlPlanePrograms: Sendable {
    public var apiServer: String
    public var controllerManager: String
    public var etcd: String
    public var kubectl: String
    /// Ends every program with the test's process.
    public var guardProgram: String
    public var version: ToolVersion

    /// Finds them all.
    /// - Parameter environment: `KUBEBUILDER_ASSETS`, and what ``ToolLocator`` reads.
    /// - Throws: ``ControlPlaneFailure`` with the command that brings what is missing.
    public static func find(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> ControlPlanePrograms {
        let tools = ToolLocator(environment: environment)
        var locator = tools
        if let assets = environment["KUBEBUILDER_ASSETS"], !assets.isEmpty {
            locator.folders.insert(assets, at: 0)
            for name in ["kube-apiserver", "etcd"]
            where !FileManager.default.isExecutableFile(atPath: "\(assets)/\(name)") {
                throw ControlPlaneFailure("KUBEBUILDER_ASSETS is \(assets), which has no \(name)")
            }
        }
        let kubectl = await tools.find(.kubectl)
        guard let kubectlPath = kubectl.path else { throw missing("kubectl ≥ 1.37") }
        let apiServer = try path("kube-apiserver", locator)
        let manager = try path("kube-controller-manager", locator)
        let version = try await version(of: apiServer)
        let managerVersion = try await self.version(of: manager)
        // Another version's manager asks for other APIs and never becomes ready.
        guard (version.major, version.minor) == (managerVersion.major, managerVersion.minor) else {
            throw ControlPlaneFailure(
                "\(apiServer) is \(version), but \(manager) is \(managerVersion): use one version of both")
        }
        return ControlPlanePrograms(
            apiServer: apiServer, controllerManager: manager, etcd: try path("etcd", locator), kubectl: kubectlPath,
            guardProgram: try guardProgram(), version: version)
    }

    private static func path(_ name: String, _ locator: ToolLocator) throws -> String {
        guard let path = locator.path(of: name) else { throw missing(name) }
        return path
    }

    private static func missing(_ name: String) -> ControlPlaneFailure {
        ControlPlaneFailure("\(name) is missing: run scripts/setup.sh kubernetes")
    }

    private static func guardProgram() throws -> String {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path = checkout.appending(path: "sandbox-init/build/palana-guard").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw ControlPlaneFailure("\(path) is missing: run make init")
        }
        return path
    }

    private static func version(of program: String) async throws -> ToolVersion {
        let said = await CommandOutput.of(program, ["--version"])
        guard said.succeeded, let version = ToolVersion(in: said.text) else {
            throw ControlPlaneFailure("\(program) doesn't run: \(said.lastLine)")
        }
        return version
    }
}

extension Tool {
    fileprivate static let kubectl = Tool(
        "kubectl", atLeast: ToolVersion(1, 37), versionArguments: ["version", "--client"], need: .development,
        mend: "scripts/setup.sh kubernetes")
}
