import Foundation
import LocalPlatform
import Synchronization

/// A real Kubernetes control plane of a test's own: etcd, kube-apiserver and kube-controller-manager on free ports of
/// 127.0.0.1, with certificates of its own, in a folder that goes away with it. There are no nodes: pods stay pending.
///
/// Its programs end with the test's process, however that ends. `kube-apiserver` reaches webhooks on 127.0.0.1 by `url`.
/// Starting one takes seconds: ``withControlPlane(_:_:)`` is for tests that stop or break it,
/// ``withSharedControlPlane(_:)`` for all others.
public final class ControlPlane: Sendable {
    /// Issuer and audience of its service accounts' tokens.
    public static let issuer = "https://kubernetes.default.svc.cluster.local"

    public let programs: ControlPlanePrograms
    /// The administrator's connection.
    public let admin: ControlPlaneConnection
    /// etcd, by its JSON gateway.
    let store: ControlPlaneConnection
    let folder: TemporaryFolder
    let authority: TestAuthority
    let ports: ControlPlanePorts
    private let configuration: ControlPlaneConfiguration
    private let running = Mutex<[ControlPlanePart: ChildProcess]>([:])

    /// Where it keeps its files: certificates, kubeconfigs, logs, data.
    public var path: String { folder.path }
    /// The API server's address.
    public var server: String { ports.server }
    /// Signs its certificates; what its clients trust.
    public var authorityPEM: String { authority.certificatePEM }

    /// Writes all files; nothing runs yet.
    init(programs: ControlPlanePrograms, configuration: ControlPlaneConfiguration) throws {
        self.programs = programs
        self.configuration = configuration
        folder = try TemporaryFolder()
        ports = try ControlPlanePorts()
        store = ControlPlaneConnection(server: ports.store)
        authority = try TestAuthority(name: "test control plane")
        admin = try ControlPlaneConnection(
            server: ports.server, authority: authority.certificatePEM,
            identity: try authority.issue("admin", organizations: ["system:masters"]))
        try writeFiles()
    }

    /// Starts one that is ready, trying other ports when somebody took one in the meantime.
    static func start(_ configuration: ControlPlaneConfiguration) async throws -> ControlPlane {
        let programs = try await ControlPlanePrograms.find()
        for attempt in 1... {
            let plane = try ControlPlane(programs: programs, configuration: configuration)
            do {
                try await plane.startAll()
                return plane
            } catch {
                let lostPort = ControlPlanePart.allCases.contains {
                    plane.log(of: $0).contains("address already in use")
                }
                try await plane.end()
                guard lostPort, attempt < 3 else { throw error }
            }
        }
        throw ControlPlaneFailure("no control plane")
    }

    private func startAll() async throws {
        try launch(.etcd)
        try await wait(for: .etcd, "answers") { try await self.store.send("GET", "/health").isSuccess }
        try await startAPIServer()
        try launch(.controllerManager)
        try await wait(for: .controllerManager, "makes service accounts") {
            try await self.admin.send("GET", "/api/v1/namespaces/default/serviceaccounts/default").isSuccess
        }
    }

    /// Starts the API server and waits until it is ready.
    func startAPIServer() async throws {
        try launch(.apiServer)
        try await wait(for: .apiServer, "is ready") { try await self.admin.send("GET", "/readyz").isSuccess }
    }

    /// Ends everything without a chance to tidy up: nothing of it is needed any more.
    func end() async throws {
        let children = running.withLock { running in
            defer { running = [:] }
            return running
        }
        for part in ControlPlanePart.allCases.reversed() { children[part]?.signal(SIGKILL) }
        for child in children.values { _ = await child.stop(grace: .zero) }
        try await admin.close()
        try await store.close()
    }

    func launch(_ part: ControlPlanePart) throws {
        let child = try ChildProcess.start(
            ChildProcessConfiguration(
                guardPath: programs.guardProgram, executable: part.executable(programs),
                arguments: part.arguments(
                    folder: path, ports: ports, version: programs.version, configuration: configuration),
                // etcd wants to be told on arm64 that nobody promises anything; elsewhere it doesn't look.
                environment: [
                    "HOME": path, "PATH": "/usr/bin:/bin", "ETCD_UNSUPPORTED_ARCH": "arm64",
                    // Less time for garbage, more memory (Go, runtime/debug).
                    "GOGC": "300",
                ],
                workingDirectory: path, output: .log(try CappedLog(path: logPath(of: part)))))
        running.withLock { $0[part] = child }
    }

    /// The running program of a part.
    func child(_ part: ControlPlanePart) throws -> ChildProcess {
        guard let child = running.withLock({ $0[part] }) else {
            throw ControlPlaneFailure("\(part.rawValue) doesn't run")
        }
        return child
    }

    func forget(_ part: ControlPlanePart) {
        running.withLock { $0[part] = nil }
    }

    private func logPath(of part: ControlPlanePart) -> String { folder.path("\(part.rawValue).log") }

    func log(of part: ControlPlanePart) -> String {
        (try? String(contentsOfFile: logPath(of: part), encoding: .utf8)) ?? ""
    }

    /// The ends of all logs, for a failure's text.
    public var logs: [(name: String, text: String)] {
        ControlPlanePart.allCases.map { ($0.rawValue, log(of: $0)) }
    }

    /// Asks until the answer is yes. A call that fails is a no: the program may not listen yet.
    func wait(
        for part: ControlPlanePart, _ what: String, _ isSo: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + configuration.startLimit
        while ContinuousClock.now < end {
            if (try? await isSo()) == true { return }
            if let status = try child(part).status {
                throw ControlPlaneFailure("\(part.rawValue) ended with \(status)", logs: logs)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw ControlPlaneFailure("not within \(configuration.startLimit): \(part.rawValue) \(what)", logs: logs)
    }
}

/// Runs `body` with a control plane of its own, which is ended afterwards, also when `body` fails; then the ends of its logs
/// are printed too.
public func withControlPlane<Value>(
    _ configuration: ControlPlaneConfiguration = ControlPlaneConfiguration(),
    _ body: (ControlPlane) async throws -> Value
) async throws -> Value {
    let plane = try await ControlPlane.start(configuration)
    do {
        let value = try await body(plane)
        try await plane.end()
        return value
    } catch {
        print(ControlPlaneFailure("the control plane's logs:", logs: plane.logs))
        try await plane.end()
        throw error
    }
}
