import AuditLog
import Certificates
import ClusterGateway
import Foundation
import Gateway
import KubernetesClient
import Logging
import OPAClient
import PalanaCore
import ServiceLifecycle
import ServiceSupport
import UnixSignals
import VaultClient

/// All parts of one replica of the gateway in a cluster. Envoy and OPA run in containers of their own beside it and meet it
/// in the run folder.
///
/// ```
/// API server ──watches──▶ ClusterAgentDirectory ──▶ listeners, DNS, decisions      EgressPolicies ──▶ OPA
/// ```
struct GatewayStack {
    private let settings: GatewaySettings
    private let logger: Logger
    private let audit: AuditLog
    private let shipper: AuditShipper?
    private let directory: ClusterAgentDirectory
    private let watch: ClusterWatch
    private let vault: VaultReading
    private let policyServer: OPAServer
    private let publisher: PolicyPublisher
    private let policies: PolicyFollower
    private let egress: EgressPath
    private let dns: DNSServer
    private let drain: Drain
    private let cuts: CutReporter
    private let switches: AlarmSwitches

    init(_ settings: GatewaySettings, opa: String, environment: [String: String]) throws {
        let logger = Logger(label: "palana")
        self.settings = settings
        self.logger = logger
        try settings.prepareFolders()
        let audit = try Self.openAudit(settings, logger)
        self.audit = audit
        shipper = try settings.shipping.map { try AuditShipper($0, of: audit, logger: logger) }
        let directory = ClusterAgentDirectory(configuration: settings.index)
        self.directory = directory
        let client = try KubernetesClient(
            .found(in: environment, context: settings.context), logger: logger)
        watch = ClusterWatch(client: client, directory: directory, logger: logger)
        vault = try Self.vault(settings, environment, logger)

        let rules = RuleBook()
        let opaSocket = "\(settings.runFolder)/opa/s"
        try OPACommand(executable: opa, socketPath: opaSocket).prepare()
        let server = OPAServer(OPAConfiguration(socketPath: opaSocket))
        policyServer = server
        let publisher = PolicyPublisher(
            server: server, checker: PolicyChecker(tool: OPATool(path: opa)), book: rules, logger: logger)
        self.publisher = publisher
        policies = PolicyFollower(directory: directory, publisher: publisher, logger: logger)
        let engine = CachingPolicyEngine(
            OPAPolicyEngine(server: server) { publisher.recheck() }, server: server, publisher: publisher)

        let alarms = AlarmSink(
            audit, rules: AlarmRules(), isCanary: { directory.isCanary($1, of: $0) },
            isKilled: { directory.agent($0)?.standing == .killed })
        let switches = AlarmSwitches(
            client: client, directory: directory, namespace: settings.index.platformNamespace, audit: audit,
            logger: logger)
        alarms.onAlarm { await switches.raise($0) }
        self.switches = switches

        let address = settings.address
        egress = try EgressPath(
            EgressPath.Settings(
                runFolder: settings.runFolder, authority: try Self.authority(settings),
                trustAdditions: settings.trustAdditions, resolvers: settings.resolvers,
                allowPrivate: settings.allowPrivate, auditBestEffort: settings.auditBestEffort),
            ports: .init(
                directory: directory, policy: engine, secrets: vault, audit: alarms, rules: rules,
                placement: { agent in
                    directory.egressPort(of: agent).map { ListenerPlacement(port: $0, on: address) }
                }),
            logger: logger)
        dns = DNSServer(
            configuration: DNSConfiguration(address: address, names: DNSNames(cluster: settings.clusterDomains)),
            directory: directory, zones: directory, audit: audit, logger: logger)
        drain = Drain(time: settings.drain)
        let cutWatch = CutWatch(discovery: egress.discovery, adminSocket: egress.adminSocket)
        cuts = CutReporter(
            client: client, directory: directory, replica: settings.replica, audit: audit, logger: logger
        ) { try await cutWatch.waitUntilCut($0) }
    }

    /// Serves until a signal.
    func run() async throws {
        // Envoy's container waits for it.
        try egress.bootstrap.write(
            to: URL(fileURLWithPath: "\(settings.runFolder)/envoy.json"), options: .atomic)
        var quiet = logger
        quiet.logLevel = .warning
        let group = ServiceGroup(
            configuration: .init(
                services: services(quiet).map { .init(service: OrderlyService(part: $0, logger: logger)) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet))
        try await group.run()
    }

    /// In the order in which they start; they end in the reverse one.
    private func services(_ quiet: Logger) -> [any Service] {
        let (vault, shipper) = (vault, shipper)
        let shipping: [any Service] = shipper.map { [$0] } ?? []
        return shipping + [
            audit, egress.records, egress.redaction, egress.decisions, egress.control, egress.discovery,
            egress.internalServer, dns, directory,
            DepartedAgents(directory: directory, plans: egress.plans) { vault.forget(owner: $0, agent: $1) },
            vault, publisher, policies, watch, cuts, switches,
            HealthServer(
                host: settings.address.description, port: settings.healthPort, logger: quiet, missing: missing,
                remarks: { shipper?.status.remarks ?? [] }),
            drain,
        ]
    }

    /// What keeps this replica from serving; empty when nobody has to be sent elsewhere.
    private var missing: @Sendable () async -> [String] {
        let (directory, policies, policyServer) = (directory, policies, policyServer)
        let (vault, egress, drain) = (vault, egress, drain)
        return {
            var missing: [String] = []
            if drain.isDraining { missing.append("this replica is ending") }
            let kinds = directory.missing.map(\.rawValue).joined(separator: ", ")
            if !kinds.isEmpty { missing.append("the API server has not told all yet: \(kinds)") }
            if let problem = policies.missing { missing.append(problem) }
            if await !policyServer.isReady() { missing.append("OPA doesn't answer") }
            if !vault.isOpen { missing.append("the vault can't be reached") }
            if !egress.discovery.isConnected { missing.append("Envoy is not connected") }
            return missing
        }
    }

    private static func openAudit(_ settings: GatewaySettings, _ logger: Logger) throws -> AuditLog {
        var configuration = AuditConfiguration(
            folder: AuditFolder(settings.auditFolder),
            mapping: OCSFMapping(productVersion: PlatformVersion.current))
        configuration.replica = settings.replica
        configuration.bestEffort = settings.auditBestEffort
        return try AuditLog(configuration, logger: logger)
    }

    /// Mounted from the gateway's own Secret, the same for all replicas.
    private static func authority(_ settings: GatewaySettings) throws -> CertificateAuthority {
        try CertificateAuthority.load(
            certificate: URL(fileURLWithPath: settings.authorityCertificate),
            key: URL(fileURLWithPath: settings.authorityKey), groupMayRead: true)
    }

    private static func vault(
        _ settings: GatewaySettings, _ environment: [String: String], _ logger: Logger
    ) throws -> VaultReading {
        let configuration = try VaultConfiguration.required(environment)
        let files = settings.vaultRoles.map { VaultRoleFiles(folder: URL(fileURLWithPath: $0)) }
        return try VaultReading(configuration: configuration, cache: settings.secretCache, logger: logger) { role in
            if let files { return .appRole(try files.read(role)) }
            return .kubernetes(VaultKubernetesRole(role, environment: environment))
        }
    }
}
