import Foundation
import Glibc
import ServiceSupport
import TestSupport
import Testing

/// A second `up` on a folder in use is in ``PlatformCommandTests``; the platform listens on no port that could be in use.
@Suite("A start that can't be")
struct StartMistakeTests {
    enum Mistake: String, Sendable, CaseIterable {
        case file, link, notWritable, tooLong, noBubblewrap, noEnvoy, unknownField, wrongType
        case missingAuthority, badResolver, badRange, badReceiver, unknownReceiverField
    }

    @Test("is told in one sentence and leaves nothing behind", arguments: Mistake.allCases, [false, true])
    func told(_ mistake: Mistake, _ isDetached: Bool) async throws {
        let folder = try TemporaryFolder()
        let attempt = try Attempt(mistake, folder)
        let before = Self.content(of: folder)
        let started = ContinuousClock.now
        let words = attempt.words + ["up", "--state", attempt.state] + attempt.more + (isDetached ? ["--detach"] : [])
        let result = try await Command.run(words[0], Array(words.dropFirst()), environment: attempt.environment)
        #expect(result.status == 1, "\(result)")
        #expect(result.output.isEmpty && started.duration(to: .now) < .seconds(20))
        let text = result.error.trimmingCharacters(in: .newlines)
        #expect(text.hasPrefix("palana: ") && text.contains(attempt.names), "\(result)")
        #expect(text.split(separator: "\n").count == (isDetached && attempt.isLate ? 2 : 1), "\(result)")
        #expect(attempt.isLate || Self.content(of: folder) == before, "\(Self.content(of: folder))")
    }

    @Test("is told of a folder that belongs to someone else", .enabled(if: geteuid() == 0))
    func foreign() async throws {
        let folder = try TemporaryFolder()
        let state = folder.path("s")
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
        chown(state, Place.plainUser, Place.plainUser)
        let result = try await Command.run(PlatformFixture.program, ["up", "--state", state])
        #expect(result.status == 1 && result.error.contains("belongs to another user"), "\(result)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: state).isEmpty)
    }

    @Test(
        "commands without a platform say so at once, also where a killed one left its socket", arguments: [false, true])
    func notRunning(_ isStale: Bool) async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("run"), withIntermediateDirectories: false)
        if isStale {
            let script = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])"
            let made = try await Command.run("/usr/bin/env", ["python3", "-c", script, folder.path("run/api")])
            try #require(made.status == 0, "\(made)")
        }
        let started = ContinuousClock.now
        for arguments in [["status"], ["get", "agents"], ["run", "one", "--", "true"], ["secrets", "list", "one"]] {
            let result = try await Command.run(
                PlatformFixture.program, arguments, environment: ["PALANA_STATE": folder.path])
            #expect(result.status == 5 && result.error.contains("palana up"), "\(arguments): \(result)")
        }
        #expect(started.duration(to: .now) < .seconds(20))
    }

    private static func content(of folder: TemporaryFolder) -> [String] {
        (FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []).sorted()
    }

    /// One start that is tried.
    struct Attempt {
        var words = [PlatformFixture.program]
        var state: String
        var more: [String] = []
        var environment: [String: String] = [:]
        /// What the sentence names.
        var names: String
        /// Found when the folder is there already, which is no harm: the next start uses it.
        var isLate = false

        init(_ mistake: Mistake, _ folder: TemporaryFolder) throws {
            state = folder.path("s")
            names = state
            let files = FileManager.default
            switch mistake {
            case .file: try Data("x".utf8).write(to: URL(fileURLWithPath: state))
            case .link: try files.createSymbolicLink(atPath: state, withDestinationPath: "/tmp")
            case .notWritable:
                // Not even for root.
                state = "/proc/palana"
                names = state
            case .tooLong:
                state = folder.path(String(repeating: "x", count: 90))
                names = "--state"
            case .noBubblewrap:
                // /usr/sbin and /sbin are looked in whatever PATH says; bubblewrap is in neither.
                try Self.link(["envoy", "bao", "opa", "palana-init", "palana-guard"], in: folder)
                environment = ["PATH": folder.path("t"), "PALANA_CACHE": folder.path("none")]
                names = "bwrap"
            case .noEnvoy:
                try Self.link(["bwrap", "bao", "opa"], in: folder)
                environment = ["PATH": folder.path("t"), "PALANA_CACHE": folder.path("none")]
                names = "envoy"
            case .unknownField: try configure("trustCAs: [a]\n", folder, names: "trustCAs")
            case .wrongType: try configure("secretCacheSeconds: soon\n", folder, names: "secretCacheSeconds")
            case .badReceiver: try configure("auditOTLP: {endpoint: nonsense}\n", folder, names: "auditOTLP: The rec")
            case .unknownReceiverField:
                try configure("auditOTLP: {headers: a}\n", folder, names: "auditOTLP.headers: unknown field")
            case .missingAuthority: late(["--trust-ca", "/no/such.pem"], names: "/no/such.pem")
            case .badResolver: late(["--resolver", "nonsense"], names: "nonsense")
            case .badRange: late(["--allow-private", "a.test=300.1.2.3/8"], names: "300.1.2.3/8")
            }
        }

        private mutating func late(_ more: [String], names: String) {
            self.more = more
            self.names = names
            isLate = true
        }

        private mutating func configure(_ text: String, _ folder: TemporaryFolder, names: String) throws {
            try FileManager.default.createDirectory(
                atPath: state, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(state)/config.yaml"))
            self.names = names
            isLate = true
        }

        private static func link(_ names: [String], in folder: TemporaryFolder) throws {
            try FileManager.default.createDirectory(atPath: folder.path("t"), withIntermediateDirectories: false)
            let tools = ToolLocator(environment: ProcessInfo.processInfo.environment)
            for name in names {
                guard let path = tools.path(of: name) else { continue }
                try FileManager.default.createSymbolicLink(
                    atPath: folder.path("t/\(name)"), withDestinationPath: path)
            }
        }
    }
}
