import Foundation
import FoundationNetworking
import KubernetesClient
import LocalPlatform
import PalanaCore
import ServiceSupport
import TestSupport
import Testing
import VaultClient

/// `palana operator` as it is deployed: a process of its own, under the rights of the manifests, with webhooks that the
/// API server asks and a real vault.
struct OperatorProcess: Sendable {
    /// The program that is tried; `PALANA_SCALE_PROGRAM` names another one, such as a release build.
    static var program: String {
        ProcessInfo.processInfo.environment["PALANA_SCALE_PROGRAM"] ?? PlatformFixture.program
    }

    let child: ChildProcess
    let healthPort: UInt16
    let log: URL

    /// Runs `body` beside the operator once it is ready; it is told to end afterwards.
    static func run(
        in world: OperatorWorld, vault: ClusterVault,
        _ body: (OperatorProcess) async throws -> Void
    ) async throws {
        let account = try await world.plane.serviceAccount("palana-operator", namespace: OperatorWorld.namespace)
        let (webhooks, health) = (try FreePort.take(), try FreePort.take())
        let folder = vault.vault.folder
        let log = folder.appending(path: "operator-\(health).log")
        let tools = ToolLocator(environment: ProcessInfo.processInfo.environment)
        let opa = try #require(tools.path(of: "opa"), "opa is missing")
        let child = try ChildProcess.start(
            ChildProcessConfiguration(
                guardPath: world.plane.programs.guardProgram, executable: program,
                arguments: [
                    "operator", "--webhook-url", "https://127.0.0.1:\(webhooks)", "--webhook-port", "\(webhooks)",
                    "--listen", "127.0.0.1", "--health-port", "\(health)", "--drain-seconds", "0",
                ],
                environment: [
                    "KUBECONFIG": try world.plane.kubeconfigFile(for: account),
                    "HOME": folder.path, "PATH": URL(fileURLWithPath: opa).deletingLastPathComponent().path,
                ].merging(try await vault.environment(for: .operator)) { $1 },
                workingDirectory: folder.path, output: .log(CappedLog(path: log.path))))
        let process = OperatorProcess(child: child, healthPort: health, log: log)
        do {
            try await process.waitUntilReady()
            try await body(process)
            let status = await child.stop(grace: .seconds(20))
            #expect(status.isSuccess, "\(process.text)")
        } catch {
            _ = await child.stop(grace: .zero)
            print("the operator's log:\n\(process.text)")
            throw error
        }
    }

    var text: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The most memory that it had so far.
    var peakMiB: Int {
        let status = (try? String(contentsOfFile: "/proc/\(child.program)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1_024
    }

    private func waitUntilReady() async throws {
        let url = try #require(URL(string: "http://127.0.0.1:\(healthPort)/readyz"))
        try await until("the operator is ready") {
            if let status = child.status { throw ControlPlaneFailure("the operator ended with \(status): \(text)") }
            guard let (_, answer) = try? await URLSession.shared.data(from: url) else { return false }
            return (answer as? HTTPURLResponse)?.statusCode == 200
        }
    }
}
