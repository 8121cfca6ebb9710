import ArgumentParser
import Foundation
import LocalPlatform
import ServiceSupport
import VaultClient

/// Says what the platform would use on this machine, what is missing, and the command that mends it.
struct PlatformDoctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check whether this machine has what the platform needs.",
        discussion: """
            palana doctor
              palana doctor --vault-setup > vault-setup.sh    what an administrator runs once for a Vault of your own
              palana doctor --vault-setup --kubernetes           the same for a platform in a cluster

            Exit code 1 when something is missing.
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Print the commands that prepare a Vault or OpenBao of your own, and check nothing.")
    var vaultSetup = false

    @Flag(help: "With --vault-setup: for a platform that runs in a Kubernetes cluster.")
    var kubernetes = false

    func validate() throws {
        guard vaultSetup || !kubernetes else { throw ValidationError("--kubernetes goes with --vault-setup.") }
    }

    func run() async throws {
        guard !vaultSetup else {
            return Terminal.write(kubernetes ? "\(VaultKubernetesGuide())" : "\(VaultSetupGuide())")
        }
        let environment = ProcessInfo.processInfo.environment
        let findings = await Doctor(
            DoctorConfiguration(
                tools: ToolLocator(environment: environment), ownFolders: Toolbox.ownFolders(environment),
                stateFolder: try platform.folder().path,
                vaultAddress: environment["VAULT_ADDR"], runtimeFolder: environment["XDG_RUNTIME_DIR"],
                userID: geteuid())
        ).examine()
        try output.print(findings) { Self.text(findings) }
        if !findings.allowStart { throw ExitStatus.failed.code }
    }

    private static func text(_ findings: [DoctorFinding]) -> String {
        let mends = findings.compactMap { finding in finding.mend.map { "\(finding.name): \($0)" } }
        let table = Table(
            ["CHECK", "STATUS", "DETAIL"], rows: findings.map { [$0.name, $0.status.rawValue, $0.detail] })
        guard !mends.isEmpty else { return table.rendered() }
        return table.rendered() + "\n\nTo mend:\n" + mends.map { "  " + Terminal.visible($0) }.joined(separator: "\n")
    }
}
