import Certificates
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
    let decisions: CallServer
    let redaction: CallServer
    let records: GRPCSocketServer
    let internalServer: InternalServer

    /// What the gateway works on.
    struct Ports {
        var directory: any AgentDirectory
        var policy: any PolicyEngine
        var secrets: any SecretReader
        var audit: any AuditSink
        var rules: RuleBook
        /// Where an agent's listener stands; nil while it has no place.
        var placement: @Sendable (AgentID) -> ListenerPlacement?
        /// What must be done before Envoy opens a listener there.
        var prepare: @Sendable (AgentID) -> Void = { _ in }
    }

    struct Settings {
        /// Private; sockets are made in it, and files for Envoy.
        var runFolder: String
        var authority: CertificateAuthority
        /// PEM files of further authorities that upstreams may be signed by.
        var trustAdditions: [String] = []
        var resolvers: [Resolver] = []
        var allowPrivate: [PrivateAllowance] = []
        var auditBestEffort = false

        func socket(_ name: String) -> String { "\(runFolder)/\(name)" }
    }

    init(_ settings: Settings, ports: Ports, logger: Logger) throws {
        certificateFile = settings.socket("ca.pem")
        try Self.publish(settings.authority.certificatePEM, to: certificateFile)
        plans = RedactionPlans()
        let authorizer = Authorizer(
            directory: ports.directory, policy: ports.policy, secrets: ports.secrets, audit: ports.audit,
            rules: ports.rules,
            plans: plans,
            configuration: AuthorizerConfiguration(auditBestEffort: settings.auditBestEffort))
        explainer = Explainer(authorizer: authorizer)
        let rules = ports.rules
        discovery = DiscoveryService(
            directory: ports.directory, issuer: try LeafIssuer(authority: settings.authority),
            claims: AgentHostClaims(directory: ports.directory) { rules.policies.flatMap { $0.allow.map(\.host) } },
            logger: logger, prepare: ports.prepare, placement: ports.placement)
        adminSocket = settings.socket("admin")
        bootstrap = try Self.bootstrap(settings, admin: adminSocket)
        func server(_ name: String, _ services: [any RegistrableRPCService]) throws -> GRPCSocketServer {
            try GRPCSocketServer(
                configuration: .init(socketPath: settings.socket(name)), services: services, logger: logger)
        }
        control = try server("ads", [discovery])
        decisions = try CallServer(
            configuration: .init(socketPath: settings.socket("authz")),
            methods: [
                ExternalAuthorizationCalls.path: .unary(ExternalAuthorizationCalls(authorizer: authorizer).check)
            ], logger: logger)
        let processing = ExternalProcessingCalls(plans: plans, directory: ports.directory, audit: ports.audit)
        redaction = try CallServer(
            configuration: .init(socketPath: settings.socket("proc"), largestMessage: 1 << 20),
            methods: [ExternalProcessingCalls.path: .exchange(processing.begin)], logger: logger)
        records = try server(
            "als", [AccessLogService(directory: ports.directory, audit: ports.audit, plans: plans)])
        internalServer = InternalServer(
            configuration: .init(socketPath: settings.socket("int")),
            service: InternalService(
                directory: ports.directory, secrets: ports.secrets, audit: ports.audit, explainer: explainer),
            logger: logger)
    }

    /// The certificate is public, and agents run as other users.
    private static func publish(_ certificate: String, to file: String) throws {
        try Data(certificate.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
    }

    private static func bootstrap(_ settings: Settings, admin: String) throws -> Data {
        let trust = URL(fileURLWithPath: settings.socket("trust.pem"))
        try TrustBundle.write(additions: settings.trustAdditions.map { URL(fileURLWithPath: $0) }, to: trust)
        return try EnvoyBootstrap(
            .init(
                sockets: .init(
                    discovery: settings.socket("ads"), authorization: settings.socket("authz"),
                    processing: settings.socket("proc"), accessLog: settings.socket("als"),
                    internalService: settings.socket("int"), admin: admin),
                trustBundle: trust.path, resolvers: settings.resolvers, allowPrivate: settings.allowPrivate)
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
