import Foundation
import LocalPlatform
import ServiceSupport

/// The programs that the platform runs, found and named, or the sentence that says what is missing.
struct Toolbox {
    var envoy: String
    var opa: String
    var openbao: String
    var bubblewrap: String
    var guardProgram: String
    var initProgram: String

    init(environment: [String: String]) throws {
        let locator = ToolLocator(environment: environment)
        envoy = try Self.find("envoy", locator)
        opa = try Self.find("opa", locator)
        openbao = try Self.find("bao", locator)
        bubblewrap = try Self.find("bwrap", locator)
        let own = Self.ownFolders(environment)
        guardProgram = try Self.find("palana-guard", ToolLocator(folders: own))
        initProgram = try Self.find("palana-init", ToolLocator(folders: own))
    }

    private static func find(_ name: String, _ locator: ToolLocator) throws -> String {
        if let path = locator.path(of: name) { return path }
        throw CommandFailure(
            .failed, "\(name) was not found; run scripts/setup.sh (or make build), then: palana doctor")
    }

    /// Where our own two small programs are: beside this one, in its libexec folder, or in the checkout it was built in.
    private static func ownFolders(_ environment: [String: String]) -> [String] {
        let me = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let checkout = sequence(first: me) { $0.path == "/" ? nil : $0.deletingLastPathComponent() }
            .map { $0.appending(path: "sandbox-init/build").path }
        return (environment["PALANA_TOOLS"].map { [$0] } ?? [])
            + [me.path, me.appending(path: "../libexec/palana").standardizedFileURL.path] + checkout
    }
}
