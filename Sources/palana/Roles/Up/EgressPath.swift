import Foundation
import GRPCCore
import Gateway
import LocalPlatform
import Logging
import PalanaCore
import PlatformAPI
import ServiceSupport

/// The gateway's half of the way out: what Envoy asks, answered on Unix sockets, and Envoy's own configuration.
struct EgressPath {
    let discovery: DiscoveryService
    let explainer: Explainer
    let plans: RedactionPlans
    let bootstrap: Data
    let adminSocket: String
    /// PEM file of the authority that every sandbox trusts.
    let certificateFile: String
    /// The gRPC and HTTP servers, in the order in which they start.
    let control: GRPCSocketServer
    let decisions: UnaryCallServer
    let redaction: GRPCSocketServer
    let records: GRPCSocketServer
    let internalServer: InternalServer

    /// What the gateway works on.
    struct Ports {
        var directory: any AgentDirectory
        var policy: any PolicyEngine
        var secrets: any SecretReader
        var audit: any AuditSink
        var rules: RuleBook
    }

    init(
        folder: StateFolder, configuration: PlatformConfiguration, ports: Ports, logger: Logger
    ) throws {
        let authority = try CertificateAuthority.loadOrMake(in: URL(fileURLWithPath: folder.authorityFolder))
        certificateFile = "\(folder.runFolder)/ca.pem"
        try Self.publish(authority.certificatePEM, to: certificateFile)
        plans = RedactionPlans()
        let authorizer = Authorizer(
            directory: ports.directory, policy: ports.policy, secrets: ports.secrets, audit: ports.audit,
            rules: ports.rules,
            plans: plans,
            configuration: AuthorizerConfiguration(auditBestEffort: configuration.auditBestEffort ?? false))
        explainer = Explainer(authorizer: authorizer)
        let rules = ports.rules
        discovery = DiscoveryService(
            directory: ports.directory, issuer: try LeafIssuer(authority: authority),
            claims: AgentHostClaims(directory: ports.directory) { rules.policies.flatMap { $0.allow.map(\.host) } },
            logger: logger
        ) { agent in
            do {
                try folder.prepareEgressSocket(of: agent)
            } catch {
                // Envoy then refuses the listener, and whoever starts the agent is told.
                logger.error("egress.folder", metadata: ["agent": "\(agent)", "reason": "\(error)"])
            }
            return ListenerPlacement(socketPath: folder.egressSocket(of: agent))
        }
        adminSocket = folder.socket("admin")
        let trust = URL(fileURLWithPath: "\(folder.runFolder)/trust.pem")
        try TrustBundle.write(additions: (configuration.trustCA ?? []).map { URL(fileURLWithPath: $0) }, to: trust)
        bootstrap = try Self.bootstrap(folder, configuration, trust: trust.path, admin: adminSocket)
        func server(_ name: String, _ services: [any RegistrableRPCService]) throws -> GRPCSocketServer {
            try GRPCSocketServer(
                configuration: .init(socketPath: folder.socket(name)), services: services, logger: logger)
        }
        control = try server("ads", [discovery])
        decisions = try UnaryCallServer(
            configuration: .init(socketPath: folder.socket("authz")),
            methods: [
                ExternalAuthorizationCalls.path: ExternalAuthorizationCalls(authorizer: authorizer).check
            ], logger: logger)
        redaction = try server(
            "proc", [ExternalProcessingService(plans: plans, directory: ports.directory, audit: ports.audit)])
        records = try server(
            "als", [AccessLogService(directory: ports.directory, audit: ports.audit, plans: plans)])
        internalServer = InternalServer(
            configuration: .init(socketPath: folder.socket("int")),
            service: InternalService(
                directory: ports.directory, secrets: ports.secrets, audit: ports.audit, explainer: explainer),
            logger: logger)
    }

    /// The certificate is public, and agents run as other users.
    private static func publish(_ certificate: String, to file: String) throws {
        try Data(certificate.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    }

    private static func bootstrap(
        _ folder: StateFolder, _ configuration: PlatformConfiguration, trust: String, admin: String
    ) throws -> Data {
        try EnvoyBootstrap(
            .init(
                sockets: .init(
                    discovery: folder.socket("ads"), authorization: folder.socket("authz"),
                    processing: folder.socket("proc"), accessLog: folder.socket("als"),
                    internalService: folder.socket("int"), admin: admin),
                trustBundle: trust,
                resolvers: try (configuration.resolver ?? []).map { try Resolver(parsing: $0) },
                allowPrivate: try (configuration.allowPrivate ?? []).map { try PrivateAllowance(parsing: $0) })
        ).render()
    }
}

/// The gateway's explanations as the API answers them.
struct ExplainDesk: RequestExplainer {
    let explainer: Explainer

    func explain(agent: AgentID, method: String, url: String) async throws -> PolicyExplanation {
        do {
            return try await explainer.explain(agent: agent, method: method, url: url)
        } catch {
            throw APIError(error.code == .unknownAgent ? .notFound : .invalid, error.message)
        }
    }
}
