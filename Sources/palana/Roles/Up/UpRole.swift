import AuditLog
import Foundation
import Gateway
import Glibc
import Hummingbird
import LocalPlatform
import Logging
import OPAClient
import PalanaCore
import PlatformAPI
import ServiceLifecycle
import ServiceSupport
import VaultClient

/// `palana up`: joins all parts of the single-machine platform and runs them until it is told to stop.
///
/// ```
/// sandboxes ── egress sockets ──▶ Envoy ──▶ ADS, ext_authz, ext_proc, access logs (this process) ──▶ OPA, OpenBao, audit
/// CLI ── api, attach sockets ──▶ operations ──▶ store, runtime, vault
/// ```
struct UpRole {
    var folder: StateFolder
    var flags: PlatformConfiguration
    var environment: [String: String]

    func run() async throws {
        try await answering {
            ProcessHardening.apply()
            EventLoops.runTasks()
            // First what needs no folder: a start that can't be leaves nothing behind.
            let toolbox = try await Toolbox(environment: environment)
            try folder.prepare()
            let lock = try PlatformLock(folder)
            defer { withExtendedLifetime(lock) {} }
            let configuration = try ConfigurationFile.read(folder.configurationFile).overridden(by: flags)
            try folder.clearLeftovers()
            SandboxLeftovers.unmount(below: folder.agentDataFolder)
            try await LocalStack(
                folder: folder, configuration: configuration, toolbox: toolbox, environment: environment
            ).run()
            try folder.clearLeftovers()
            try? FileManager.default.removeItem(
                at: OpenBaoLayout(folder: URL(fileURLWithPath: folder.vaultFolder)).socket)
        }
    }

    /// Every failure of a start as one sentence.
    private func answering(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let failure as CommandFailure {
            throw failure
        } catch let failure as AuditFailure {
            throw CommandFailure(.failed, failure.reason)
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
    }
}

/// What this process does to itself before it holds a key.
enum ProcessHardening {
    static func apply() {
        signal(SIGPIPE, SIG_IGN)
        // One byte, not none: a limit of 0 doesn't stop cores that go to a program (core(5)).
        var none = rlimit(rlim_cur: 1, rlim_max: 1)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        var files = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 {
            files.rlim_cur = files.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
        }
    }
}
