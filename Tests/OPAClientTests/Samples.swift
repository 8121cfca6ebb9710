import Foundation
import Logging
import OPAClient
import PalanaCore
import TestSupport

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A request of alice's agent `demo`, with what differs from test to test.
func input(
    _ method: String = "GET", host: String = "api.example.com", port: Int = 443, path: String = "/",
    scheme: String = "https",
    headers: [String: String] = [:], rules: PolicyInput.Rules = .init(default: .deny),
    owner: String = "alice@example.com",
    labels: [String: String] = [:], placeholders: [PolicyInput.Placeholder] = [], foreign: [String] = [],
    revision: String
) -> PolicyInput {
    PolicyInput(
        agent: .init(name: "demo", owner: owner, labels: labels),
        request: .init(
            id: DecisionID.random().rawValue, time: "2026-01-01T00:00:00.000Z", scheme: scheme, method: method,
            host: host,
            port: port, path: path, headers: headers),
        credentials: .init(placeholders: placeholders, foreign: foreign), rules: rules, policyRevision: revision)
}

/// Rules with one that allows `host` altogether.
func allowing(_ rule: EgressRule = EgressRule(host: "api.example.com")) -> PolicyInput.Rules {
    .init(default: .deny, allow: [.init(name: "spec.egress.allow[0]", rule: rule)])
}

/// A running OPA with everything around it.
struct Bench {
    let opa: OPAProcess
    let server: OPAServer
    let book = RuleBook()
    let publisher: PolicyPublisher
    let engine: OPAPolicyEngine

    @discardableResult static func with<Result>(
        deadline: Duration = .seconds(1), _ body: (Bench) async throws -> Result
    ) async throws -> Result {
        let executable = try OPAProcess.executable()
        return try await OPAProcess.with(
            arguments: { OPACommand(executable: executable, socketPath: $0).arguments },
            { opa in
                let bench = Bench(opa, deadline)
                do {
                    let result = try await body(bench)
                    try await bench.server.close()
                    return result
                } catch {
                    try await bench.server.close()
                    throw error
                }
            })
    }

    private init(_ opa: OPAProcess, _ deadline: Duration) {
        self.opa = opa
        server = OPAServer(
            OPAConfiguration(socketPath: opa.socketPath, decisionDeadline: deadline, loadDeadline: .seconds(30)))
        publisher = PolicyPublisher(server: server, checker: Self.checker(), book: book, logger: quiet)
        engine = OPAPolicyEngine(server: server, onFailure: publisher.recheck)
    }

    static func checker() -> PolicyChecker {
        PolicyChecker(tool: OPATool(path: (try? OPAProcess.executable()) ?? "opa"))
    }

    /// Runs `body` while the publisher looks after OPA.
    func supervised<Result: Sendable>(_ body: @Sendable @escaping () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await publisher.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}

/// Waits until `condition` holds, at most ten seconds.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let end = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}

extension Bench {
    /// What somebody with access to the socket could do: takes all modules out of OPA.
    func removeModules() async throws {
        let listing = try await curl("GET", "/v1/data/palana/modules")
        for id in listing.split(separator: "\"").map(String.init) where id.hasPrefix("p_") {
            _ = try await curl("DELETE", "/v1/policies/palana/modules/\(id)")
        }
    }

    private func curl(_ method: String, _ path: String) async throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-sS", "--unix-socket", opa.socketPath, "-X", method, "http://opa\(path)"]
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}

extension OPAProcess {
    /// Whether OPA uses less than a tenth of a core over 200 ms (`/proc/PID/stat`, fields 14 and 15, in 10 ms).
    func isIdle() async throws -> Bool {
        let before = try ticks()
        try await Task.sleep(for: .milliseconds(200))
        return try ticks() - before <= 2
    }

    private func ticks() throws -> Int {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
        return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
    }
}
