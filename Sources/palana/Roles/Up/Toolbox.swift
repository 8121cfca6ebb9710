import Foundation
import LocalPlatform
import ServiceSupport

/// The programs that the platform runs, found and new enough, or the sentence that says what is missing.
struct Toolbox {
    let envoy: String
    let opa: String
    /// Nil with a Vault of one's own.
    let openbao: String?
    let sandbox: SandboxTools

    init(environment: [String: String]) async throws {
        let ownVault = environment["VAULT_ADDR"]?.isEmpty == false
        let tools = Tool.platform.filter { !(ownVault && $0 == .openBao) }
        let locator: ToolLocator
        do {
            locator = try await ToolLocator(environment: environment).resolved(tools)
        } catch {
            throw CommandFailure(.failed, "\(error); see: palana doctor")
        }
        envoy = try Self.find("envoy", locator)
        opa = try Self.find("opa", locator)
        openbao = ownVault ? nil : try Self.find("bao", locator)
        let own = ToolLocator(folders: Self.ownFolders(environment))
        sandbox = SandboxTools(
            guardProgram: try Self.find("palana-guard", own), initProgram: try Self.find("palana-init", own),
            bubblewrap: try Self.find("bwrap", locator))
    }

    /// Where our own two small programs are: beside this one, in its libexec folder, or in the checkout it was built in.
    static func ownFolders(_ environment: [String: String]) -> [String] {
        let me = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        // Only the checkout whose build folder holds this program: any other folder above may be anybody's.
        let builds = sequence(first: me) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }
            .filter { $0.lastPathComponent.hasPrefix(".build") }
        return (environment["PALANA_TOOLS"].map { [$0] } ?? [])
            + [me.path, me.appending(path: "../libexec/palana").standardizedFileURL.path]
            + builds.map { $0.deletingLastPathComponent().appending(path: "sandbox-init/build").path }
    }

    private static func find(_ name: String, _ locator: ToolLocator) throws -> String {
        if let path = locator.path(of: name) { return path }
        throw CommandFailure(.failed, "\(name) was not found; run make build, then: palana doctor")
    }
}
