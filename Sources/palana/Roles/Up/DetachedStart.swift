import Foundation
import Glibc
import LocalPlatform
import PlatformAPI

/// `palana up --detach`: starts the same program in a session of its own and returns when it is ready, or says why it
/// isn't, with the last lines of its log.
struct DetachedStart {
    var folder: StateFolder
    var arguments: [String]
    var environment: [String: String]

    static let readyWithin = Duration.seconds(60)

    func run() async throws {
        try refuseSecondStart()
        _ = try await Toolbox(environment: environment)
        do {
            try folder.prepare()
        } catch {
            throw CommandFailure(.failed, error.description)
        }
        let log = "\(folder.logsFolder)/palana.log"
        let pid = try DetachedProcess.start(arguments: arguments, environment: environment, log: log)
        try await waitUntilReady(pid, log: log)
        Terminal.write("The platform is ready (process \(pid), state \(folder.path)). Stop it with: palana down")
    }

    private func refuseSecondStart() throws {
        if let holder = PlatformLock.holder(of: folder) {
            throw CommandFailure(.failed, "\(PlatformLock.Held(pid: holder, folder: folder.path))")
        }
    }

    private func waitUntilReady(_ pid: pid_t, log: String) async throws {
        let client = PlatformClient(socketPath: folder.apiSocket)
        let deadline = ContinuousClock.now + Self.readyWithin
        while ContinuousClock.now < deadline {
            var ended: Int32 = 0
            if waitpid(pid, &ended, WNOHANG) == pid {
                throw CommandFailure(.failed, "the platform did not start:\n\(Self.lastLines(of: log))")
            }
            if let status: PlatformStatus = try? await client.get(["v1", "status"]), status.pid == pid, status.isReady {
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure(
            .unavailable, "the platform is not ready after \(Self.readyWithin); see palana status and \(log)")
    }

    /// The last words of a log, which name the reason.
    static func lastLines(of path: String, count: Int = 5) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(count).joined(separator: "\n")
    }
}

/// A process of this same program that outlives its parent: session of its own, no terminal, output to a log.
enum DetachedProcess {
    static func start(arguments: [String], environment: [String: String], log: String) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        var actions = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&actions)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&actions)
        }
        // POSIX_SPAWN_SETSID of glibc's spawn.h, which Swift doesn't import.
        posix_spawnattr_setflags(&attributes, 0x80)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        let argv = CStringArray(["palana"] + arguments)
        let envp = CStringArray(environment.map { "\($0.key)=\($0.value)" })
        var pid: pid_t = 0
        let result = posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, argv.pointers, envp.pointers)
        guard result == 0 else {
            throw CommandFailure(.failed, "can't start the platform: \(String(cString: strerror(result)))")
        }
        return pid
    }
}

/// A NULL-terminated array of C strings, as exec takes it.
private final class CStringArray {
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        pointers = strings.map { strdup($0) } + [nil]
    }

    deinit {
        for pointer in pointers { free(pointer) }
    }
}
