import Glibc

/// One `posix_spawn` of `palana-guard`: descriptors placed by number, signals reset. The guard closes what lies above
/// the lifeline, which is the highest number.
struct GuardedSpawn {
    let configuration: ChildProcessConfiguration
    /// Descriptor in the child → ours.
    private let map: [Int32: Descriptor]
    private let lifelineNumber: Int32

    init(_ configuration: ChildProcessConfiguration, lifeline: Descriptor) throws(ChildProcessError) {
        self.configuration = configuration
        var map = configuration.descriptors
        guard map.keys.allSatisfy({ $0 >= 3 }) else {
            throw ChildProcessError("Descriptors handed to \(configuration.executable) must be numbered from 3")
        }
        lifelineNumber = (map.keys.max() ?? 2) + 1
        map[lifelineNumber] = lifeline
        map[STDIN_FILENO] = try Descriptor.open("/dev/null", flags: O_RDONLY)
        switch configuration.output {
        case .discard:
            let null = try Descriptor.open("/dev/null", flags: O_WRONLY)
            map[STDOUT_FILENO] = null
            map[STDERR_FILENO] = null
        case .log(let log):
            let end = try log.writer()
            map[STDOUT_FILENO] = end
            map[STDERR_FILENO] = end
        case .descriptors(let output, let error):
            map[STDOUT_FILENO] = output
            map[STDERR_FILENO] = error
        }
        self.map = map
    }

    /// Starts the guard and returns its number.
    func run() throws(ChildProcessError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Sources are copied above every target first, so that no placement overwrites a source still needed.
        let floor = lifelineNumber + 1
        var copies: [Descriptor] = []
        for (target, source) in map.sorted(by: { $0.key < $1.key }) {
            let copy = fcntl(source.number, F_DUPFD_CLOEXEC, floor)
            guard copy >= 0 else { throw ChildProcessError("Can't copy a descriptor", code: errno) }
            copies.append(Descriptor(owning: copy))
            posix_spawn_file_actions_adddup2(&actions, copy, target)
        }
        for gap in 3..<floor where map[gap] == nil { posix_spawn_file_actions_addclose(&actions, gap) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.resetSignals(&attributes)

        var id: pid_t = 0
        let result = Self.withCStrings(arguments) { argv in
            Self.withCStrings(environment) { envp in
                posix_spawn(&id, configuration.guardPath, &actions, &attributes, argv, envp)
            }
        }
        withExtendedLifetime(copies) {}
        guard result == 0 else {
            throw ChildProcessError(
                "Can't start \(configuration.guardPath) for \(configuration.executable)", code: result)
        }
        return id
    }

    private var arguments: [String] {
        [configuration.guardPath, "--lifeline", String(lifelineNumber), "--chdir", configuration.workingDirectory]
            + configuration.controlGroups.flatMap { ["--join", $0] }
            + ["--", configuration.executable] + configuration.arguments
    }

    private var environment: [String] {
        configuration.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// Signals that this process ignores or blocks must not be so in the child.
    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
