import Certificates
import EnvoyAPI
import Foundation
import GRPCCore
import HTTPTypes
import Hummingbird
import Logging
import PalanaCore
import ServiceLifecycle
import ServiceSupport
import TestSupport

@testable import Gateway

/// A real Envoy with our bootstrap and ADS, an authorizer that allows what the test says, upstreams and DNS on
/// loopback.
struct EnvoyFixture: Sendable {
    let folder: TemporaryFolder
    let envoy: EnvoyProcess
    let directory: FakeDirectory
    let discovery: DiscoveryService
    let authorizer: RecordingAuthorizer
    let accessLog: RecordingAccessLog
    let processor: RecordingProcessor
    let ports: Ports
    /// The agents' own TCP ports, where the options ask for them.
    let agentPorts: [String: UInt16]
    /// Between Envoy and ext_proc, where the options ask for it.
    let relay: SocketRelay?

    struct Ports: Decodable, Sendable {
        var secure: Int
        var plain: Int
        var dns: Int
        /// Those of `corners.mjs`: HTTP/1.1 by hand, and HTTP/2.
        var raw: Int
        var streams: Int

        var all: [Int] { [secure, plain, raw, streams] }
    }

    struct Options: Sendable {
        var allowPrivate = ["*=127.0.0.0/8"]
        var budget = LeafBudget()
        var leafLifetime = Duration.seconds(600)
        var agents: [AgentSnapshot] = [.plain("agent-1"), .plain("agent-2")]
        var zone: [String: [String]] = ["*.up.test": ["127.0.0.1"], "*.flood.test": ["127.0.0.1"]]
        var handshakeTimeout = Duration.seconds(8)
        var claimsAge = Duration.seconds(1)
        var platformHosts: @Sendable () -> [String] = { [] }
        /// Services of the gateway in the recording ones' place, but for ext_authz and ext_proc.
        var gateway: (@Sendable (FakeDirectory) -> [any RegistrableRPCService])?
        /// The gateway's ext_authz in the recording one's place.
        var check: (@Sendable (FakeDirectory) -> CallMethod)?
        /// The gateway's ext_proc in the recording one's place.
        var processing: (@Sendable (FakeDirectory) -> CallMethod)?
        /// The agents' listeners have ports on loopback in place of sockets.
        var overTCP = false
        /// Its socket takes connections that nobody serves.
        var withoutAuthorizer = false
        /// Envoy reaches ext_proc through a process that a test may kill (`SocketRelay`).
        var relaysProcessing = false
    }

    func socket(of agent: String) -> String { folder.path("a/\(agent).sock") }

    /// Starts everything, runs `body`, stops everything, also when `body` throws.
    static func with(_ options: Options = Options(), _ body: @Sendable (EnvoyFixture) async throws -> Void) async throws
    {
        let folder = try TemporaryFolder()
        let certificates = try UpstreamCertificates(in: folder)
        let upstream = try NodeScript(
            "upstream.mjs",
            [
                certificates.chain, certificates.key,
                String(decoding: try JSONEncoder().encode(options.zone), as: UTF8.self),
            ])
        defer { upstream.stop() }
        let ports = try JSONDecoder().decode(Ports.self, from: try await upstream.line())
        try await with(options, folder, certificates, ports, body)
    }

    private static func with(
        _ options: Options, _ folder: TemporaryFolder, _ certificates: UpstreamCertificates, _ ports: Ports,
        _ body: @Sendable (EnvoyFixture) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test")
        try UnixSocket.makePrivateFolder(folder.path("a"))
        let authority = try CertificateAuthority.loadOrMake(in: URL(fileURLWithPath: folder.path))
        let directory = FakeDirectory(options.agents)
        let (authorizer, accessLog, processor) = (RecordingAuthorizer(), RecordingAccessLog(), RecordingProcessor())
        let own = options.gateway?(directory) ?? [accessLog]
        let claims = AgentHostClaims(
            directory: directory, maximumAge: options.claimsAge, platformHosts: options.platformHosts)
        var taken: [String: UInt16] = [:]
        for agent in options.agents where options.overTCP { taken[agent.id.rawValue] = try FreePort.take() }
        let (agentPorts, loopback) = (taken, IPAddress("127.0.0.1"))
        let discovery = try DiscoveryService(
            configuration: .init(leafLifetime: options.leafLifetime), directory: directory,
            issuer: LeafIssuer(authority: authority), budget: options.budget, claims: claims, logger: logger
        ) { agent in
            guard let port = agentPorts[agent.rawValue], let loopback else {
                return ListenerPlacement(socketPath: folder.path("a/\(agent.rawValue).sock"))
            }
            return ListenerPlacement(port: port, on: loopback)
        }
        let server = try GRPCSocketServer(
            configuration: .init(socketPath: folder.path("g/gateway.sock")),
            services: [discovery] + own, logger: logger)
        let deciding: any Service =
            if let check = options.check?(directory) {
                try CallServer(
                    configuration: .init(socketPath: folder.path("g/authz.sock")),
                    methods: [ExternalAuthorizationCalls.path: check], logger: logger)
            } else {
                try GRPCSocketServer(
                    configuration: .init(socketPath: folder.path("g/authz.sock")), services: [authorizer],
                    logger: logger)
            }
        let processing: any Service =
            if let method = options.processing?(directory) {
                try CallServer(
                    configuration: .init(socketPath: folder.path("g/proc.sock"), largestMessage: 1 << 20),
                    methods: [ExternalProcessingCalls.path: method], logger: logger)
            } else {
                try GRPCSocketServer(
                    configuration: .init(socketPath: folder.path("g/proc.sock")), services: [processor], logger: logger)
            }
        let services: [any Service] =
            [discovery, server, processing, internalService(at: folder.path("g/internal.sock"))]
            + (options.withoutAuthorizer ? [] : [deciding])
        let group = ServiceGroup(
            configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
        try UnixSocket.makePrivateFolder(folder.path("g"))
        let relay =
            try await options.relaysProcessing
            ? SocketRelay(from: folder.path("g/relay.sock"), to: folder.path("g/proc.sock")) : nil
        defer { relay?.stop() }
        let envoy = try start(options, folder, certificates, ports)
        defer { envoy.stop() }
        let fixture = EnvoyFixture(
            folder: folder, envoy: envoy, directory: directory, discovery: discovery, authorizer: authorizer,
            accessLog: accessLog, processor: processor, ports: ports, agentPorts: agentPorts, relay: relay)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await envoy.waitUntilReady()
                for agent in options.agents { try await discovery.waitUntilListening(agent.id) }
                try await body(fixture)
            } catch {
                print("envoy's log:\n\(envoy.log.suffix(4_000))")
                throw error
            }
            await group.triggerGracefulShutdown()
        }
    }

    /// Stands for `palana.internal`: says who it believes is asking.
    private static func internalService(at path: String) -> some Service {
        let router = Router()
        router.get("/v1/whoami") { request, _ in
            [EnvoyNames.agentHeader, EnvoyNames.sourceHeader].map { name in
                HTTPField.Name(name).map { request.headers[values: $0].joined(separator: ",") } ?? ""
            }.filter { !$0.isEmpty }.joined(separator: " ")
        }
        return SocketHTTPServer(
            socketPath: path, responder: router.buildResponder(), logger: Logger(label: "internal"))
    }

    private static func start(
        _ options: Options, _ folder: TemporaryFolder, _ certificates: UpstreamCertificates, _ ports: Ports
    ) throws -> EnvoyProcess {
        let gateway = folder.path("g/gateway.sock")
        let admin = folder.path("g/admin.sock")
        let bundle = URL(fileURLWithPath: folder.path("trust.pem"))
        try TrustBundle.write(additions: [URL(fileURLWithPath: certificates.chain)], to: bundle)
        let bootstrap = EnvoyBootstrap(
            .init(
                sockets: .init(
                    discovery: gateway, authorization: folder.path("g/authz.sock"),
                    processing: folder.path(options.relaysProcessing ? "g/relay.sock" : "g/proc.sock"),
                    accessLog: gateway,
                    internalService: folder.path("g/internal.sock"), admin: admin),
                trustBundle: bundle.path, resolvers: [Resolver(address: "127.0.0.1", port: ports.dns)],
                allowPrivate: try options.allowPrivate.map(PrivateAllowance.init(parsing:)),
                handshakeTimeout: options.handshakeTimeout))
        let file = URL(fileURLWithPath: folder.path("envoy.json"))
        try bootstrap.render().write(to: file)
        guard let executable = ToolLocator(environment: ProcessInfo.processInfo.environment).path(of: "envoy") else {
            throw NodeScript.Failed(description: "envoy is missing: run scripts/setup.sh")
        }
        return try EnvoyProcess(
            executable: executable,
            arguments: EnvoyCommand(executable: executable, configuration: file, workers: 2).arguments,
            adminSocket: admin, folder: URL(fileURLWithPath: folder.path))
    }

    /// Options for a program of `agent`, towards the HTTPS upstream.
    func options(_ agent: String = "agent-1", host: String = "api.up.test", mode: String? = nil) -> AgentOptions {
        let port = mode == "absolute" || mode == "origin" || mode == "plain-in-tunnel" ? ports.plain : ports.secure
        return AgentOptions(
            socket: socket(of: agent), tcpPort: agentPorts[agent], ca: folder.path("ca.pem"), host: host, port: port,
            mode: mode)
    }

    func run<Answer: Decodable>(
        _ command: String, _ options: AgentOptions, as: Answer.Type = AgentAnswer.self
    ) async throws -> Answer {
        let script = try start(command, options)
        defer { script.stop() }
        return try JSONDecoder().decode(Answer.self, from: try await script.line())
    }

    func start(_ command: String, _ options: AgentOptions) throws -> NodeScript {
        let json = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
        return try NodeScript("agent.mjs", [command, json])
    }
}
