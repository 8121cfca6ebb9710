import Foundation
import Gateway
import LocalPlatform
import Logging
import OPAClient
import ServiceSupport

/// The programs that the platform supervises, each with how it starts and when it serves.
struct Programs {
    let folder: StateFolder
    let toolbox: Toolbox

    /// Ready when it is set up, unsealed and active.
    func openbao(_ program: String, layout: OpenBaoLayout, logger: Logger) -> SupervisedProgram {
        SupervisedProgram(name: "openbao", readyWithin: .seconds(40)) {
            let command = try OpenBaoStore(layout: layout).prepare(program: program)
            return try child("openbao", command.executable, command.arguments, command.environment)
        } becomeReady: {
            _ = try await OpenBaoInitializer(layout: layout, logger: logger).run()
        }
    }

    /// Ready when it answers; the publisher gives it the policies.
    func opa(_ server: OPAServer, socket: String) -> SupervisedProgram {
        let command = OPACommand(executable: toolbox.opa, socketPath: socket)
        return SupervisedProgram(name: "opa") {
            try command.prepare()
            try removeSocket(socket)
            return try child("opa", command.executable, command.arguments, command.environment)
        } becomeReady: {
            try await poll { await server.isReady() }
        }
    }

    /// Ready when it has asked for its listeners.
    func envoy(_ bootstrap: Data, admin: String, discovery: DiscoveryService) -> SupervisedProgram {
        let file = URL(fileURLWithPath: "\(folder.runFolder)/envoy.json")
        let command = EnvoyCommand(executable: toolbox.envoy, configuration: file, workers: nil)
        return SupervisedProgram(name: "envoy") {
            try bootstrap.write(to: file, options: .atomic)
            try removeSocket(admin)
            return try child("envoy", command.executable, command.arguments, ["HOME": folder.runFolder])
        } becomeReady: {
            try await poll { discovery.isConnected }
        }
    }

    private func child(
        _ name: String, _ executable: String, _ arguments: [String], _ environment: [String: String]
    ) throws -> ChildProcessConfiguration {
        ChildProcessConfiguration(
            guardPath: toolbox.sandbox.guardProgram, executable: executable, arguments: arguments,
            environment: environment, workingDirectory: folder.runFolder,
            output: .log(try CappedLog(path: "\(folder.logsFolder)/\(name).log")))
    }

    /// What a killed predecessor left.
    private func removeSocket(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.removeItem(atPath: path)
    }
}
