import Certificates
import Foundation
import PalanaCore

/// Turns a sandbox's configuration into the command that makes it.
struct SandboxLaunch {
    private let configuration: SandboxConfiguration
    private let arguments: [String]
    private let log: CappedLog
    private let sources: [Int32: Descriptor]

    /// Checks what must be there, and writes the files that the sandbox's `/etc` needs.
    init(_ configuration: SandboxConfiguration, mounts: [CheckedMount]) throws {
        self.configuration = configuration
        try Self.checkGatewayFolder(configuration.gatewaySocket)
        guard let bundle = try? String(contentsOfFile: configuration.certificateBundle, encoding: .utf8) else {
            throw SandboxError.failed("The CA bundle \(configuration.certificateBundle) is missing")
        }
        let truststore = "\(configuration.privateFolder)/truststore.jks"
        guard let certificates = try? JavaTruststore(pem: bundle) else {
            throw SandboxError.failed("The CA bundle \(configuration.certificateBundle) holds no certificate")
        }
        try Self.write(certificates.bytes, to: truststore)
        let host = String(configuration.agent.rawValue.prefix(63))
        let etc = EtcFiles(user: configuration.user, host: host)
        let etcFolder = "\(configuration.privateFolder)/etc"
        try etc.write(to: etcFolder)
        let emptyFile = "\(configuration.privateFolder)/empty"
        try Self.write([], to: emptyFile)
        try? FileManager.default.removeItem(atPath: Self.logPath(configuration))
        log = try CappedLog(path: Self.logPath(configuration), limit: 256 << 10)
        let first = BubblewrapArguments.controlNumber + 1
        let opened = try MountSources(mounts).opened.sorted { $0.key < $1.key }
        let numbers = Dictionary(uniqueKeysWithValues: zip(opened.map(\.key), first...))
        sources = Dictionary(uniqueKeysWithValues: zip(first..., opened.map(\.value)))
        arguments =
            BubblewrapArguments(
                mode: configuration.mode, user: configuration.user, host: host,
                root: try RootLayout.read(image: configuration.rootFolder), etcFolder: etcFolder,
                etcNames: Array(etc.generated.keys), emptyFile: emptyFile,
                certificateBundle: configuration.certificateBundle, javaTruststore: truststore,
                dataFolder: configuration.workspace.dataFolder, gatewaySocket: configuration.gatewaySocket,
                initProgram: configuration.tools.initProgram, mounts: mounts,
                openedSources: numbers, limits: configuration.limits,
                limitsMemoryByProcess: !configuration.limitMethod.limitsWholeAgents,
                hiddenProcFiles: Self.existing([
                    "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
                    "/proc/timer_list",
                ]),
                hiddenProcFolders: Self.existing(["/proc/acpi", "/proc/asound", "/proc/scsi"])
            ).list
    }

    /// The launcher, as a child of the guard.
    func configuration(control: Descriptor, group: ControlGroup?) -> ChildProcessConfiguration {
        let command = configuration.limitMethod.wrapping(
            [configuration.tools.bubblewrap] + arguments, limits: configuration.limits)
        return ChildProcessConfiguration(
            guardPath: configuration.tools.guardProgram, executable: command[0], arguments: Array(command.dropFirst()),
            environment: configuration.limitMethod.environment, output: .log(log),
            descriptors: sources.merging([BubblewrapArguments.controlNumber: control]) { _, control in control },
            controlGroups: group?.entrances ?? [])
    }

    /// The last line that the launcher wrote.
    static func complaint(_ configuration: SandboxConfiguration) -> String {
        let text = (try? String(contentsOfFile: logPath(configuration), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").last.map(String.init) ?? "it ended without a word"
    }

    private static func logPath(_ configuration: SandboxConfiguration) -> String {
        "\(configuration.privateFolder)/launcher.log"
    }

    /// A file that programs of the sandbox may read.
    private static func write(_ bytes: [UInt8], to path: String) throws(SandboxError) {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        } catch {
            throw .failed("Can't write \(path): \(error.localizedDescription)")
        }
    }

    private static func existing(_ paths: [String]) -> [String] {
        paths.filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// Whatever lies in that folder, PID 1 (and in user mode nobody else) can reach.
    private static func checkGatewayFolder(_ socket: String) throws(SandboxError) {
        let path = socket as NSString
        guard path.lastPathComponent.utf8.count + BubblewrapArguments.gatewayFolder.utf8.count < 107 else {
            throw .failed("The gateway's socket \(socket) has too long a name")
        }
        let folder = path.deletingLastPathComponent
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .failed("The folder of the gateway's socket, \(folder), is missing")
        }
        if let other = names.first(where: { $0 != path.lastPathComponent }) {
            throw .failed("\(folder) holds \(other) beside the agent's socket: it must hold nothing else")
        }
    }
}
