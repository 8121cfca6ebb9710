import AuditLog
import Certificates
import Foundation
import Gateway
import Glibc
import LocalPlatform
import Logging
import OPAClient
import PalanaCore
import PlatformAPI
import ServiceLifecycle
import UnixSignals
import VaultClient

/// All parts of one running platform. `init` builds, `run` runs; what ends first in a shutdown was started last.
struct LocalStack {
    let folder: StateFolder
    let configuration: PlatformConfiguration
    let logger: Logger
    let audit: AuditLog
    let shipper: AuditShipper?
    let index: AuditIndex
    let store: LocalStore
    let directory: LocalAgentDirectory
    let vault: VaultGate
    let publisher: PolicyPublisher
    let egress: EgressPath
    let runtime: LocalRuntime
    let statuses: AgentStatuses
    let limits: LimitMethod
    let mode: SandboxMode
    let supervisors: [ProgramSupervisor]
    let operations: LocalOperations
    let controls: ControlLoop
    let lifetimes: LifetimeLoop
    let started = Date()

    init(
        folder: StateFolder, configuration: PlatformConfiguration, toolbox: Toolbox, environment: [String: String]
    ) async throws {
        let logger = Logger(label: "palana")
        self.folder = folder
        self.configuration = configuration
        self.logger = logger
        mode = geteuid() == 0 ? .root : .user
        limits = LimitMethod.detect(
            mode: mode, runtimeFolder: environment["XDG_RUNTIME_DIR"], tools: toolbox.sandbox.folders)
        if configuration.requireLimits == true, !limits.limitsWholeAgents {
            throw CommandFailure(
                .failed,
                "agents can't be held to their limits here (\(limits)) and --require-limits is set; run as root, or in a "
                    + "session of systemd's")
        }
        let audit = try Self.openAudit(folder, configuration, logger)
        self.audit = audit
        shipper = try configuration.auditOTLP.map { try AuditShipper($0.shipping(), of: audit, logger: logger) }
        index = AuditIndex(AuditFolder(folder.auditFolder))
        store = try LocalStore(folder: "\(folder.storeFolder)/objects")
        directory = LocalAgentDirectory(
            store: store, placeholders: try StoredPlaceholders(folder: "\(folder.storeFolder)/placeholders"))
        try await directory.refresh()

        // The vault.
        let layout = OpenBaoLayout(folder: URL(fileURLWithPath: folder.vaultFolder))
        let programs = Programs(folder: folder, toolbox: toolbox)
        let openbao = toolbox.openbao.map { programs.openbao($0, layout: layout, logger: logger) }
        let reporter = ProgramReporter(audit: audit, logger: logger)
        let openbaoSupervisor = openbao.map { reporter.supervisor($0) }
        vault = try Self.vault(openbaoSupervisor, layout, folder, configuration, environment, logger)

        // Policy.
        let rules = RuleBook()
        let opaSocket = folder.socket("opa/s")
        let opaServer = OPAServer(OPAConfiguration(socketPath: opaSocket))
        let checker = PolicyChecker(tool: OPATool(path: toolbox.opa))
        let publisher = PolicyPublisher(server: opaServer, checker: checker, book: rules, logger: logger)
        self.publisher = publisher
        let engine = CachingPolicyEngine(
            OPAPolicyEngine(server: opaServer) { publisher.recheck() }, server: opaServer, publisher: publisher)
        let opaSupervisor = reporter.supervisor(programs.opa(opaServer, socket: opaSocket))

        // The way out. What it records may be an alarm.
        let agents = directory
        let alarms = AlarmSink(
            audit, rules: configuration.alarms ?? AlarmRules(), isCanary: { agents.isCanary($1, of: $0) },
            isKilled: { agents.order(of: $0).isKilled })
        let activity = ActivityBook()
        egress = try EgressPath(
            try Self.egressSettings(folder, configuration),
            ports: .init(
                directory: directory, policy: engine, secrets: vault, audit: ActivitySink(alarms, book: activity),
                rules: rules,
                placement: { ListenerPlacement(socketPath: folder.egressSocket(of: $0)) },
                prepare: { agent in
                    do {
                        try folder.prepareEgressSocket(of: agent)
                    } catch {
                        // Envoy then refuses the listener, and whoever starts the agent is told.
                        logger.error("egress.folder", metadata: ["agent": "\(agent)", "reason": "\(error)"])
                    }
                }),
            logger: logger)
        let envoySupervisor = reporter.supervisor(
            programs.envoy(egress.bootstrap, admin: egress.adminSocket, discovery: egress.discovery))
        supervisors = [openbaoSupervisor, opaSupervisor, envoySupervisor].compactMap(\.self)

        // Agents.
        statuses = AgentStatuses(store: store, audit: audit, logger: logger)
        runtime = try Self.runtime(folder, toolbox, mode, limits, egress.certificateFile, directory, statuses, logger)
        let status = StatusDesk(
            folder: folder, mode: mode, limits: limits, started: started, supervisors: supervisors, vault: vault,
            audit: audit, shipper: shipper, store: store, runtime: runtime)
        let (vault, discovery, plans) = (self.vault, egress.discovery, egress.plans)
        operations = LocalOperations(
            .init(
                store: store, directory: directory, runtime: runtime, secretWriter: vault,
                forgetSecret: {
                    vault.forget($0)
                    plans.forgetTables(of: AgentNames.agent(owner: $0.owner, name: $0.agent))
                },
                forgetAgent: {
                    vault.forget(owner: $0, agent: $1)
                    plans.forgetTables(of: AgentNames.agent(owner: $0, name: $1))
                },
                policies: PolicyDesk(checker: checker, publisher: publisher),
                explainer: ExplainDesk(explainer: egress.explainer), audit: audit, statuses: statuses,
                activity: activity,
                waitForListener: { try await discovery.waitUntilListening($0) }, status: { await status.report() },
                shutDown: { kill(getpid(), SIGTERM) }),
            user: LocalUser.name())
        let operations = self.operations
        alarms.onAlarm { alarm in
            await operations.raise(alarm) { problem in
                logger.error("alarm.incomplete", metadata: ["agent": "\(alarm.agent)", "reason": "\(problem)"])
            }
        }
        let cuts = CutWatch(discovery: discovery, adminSocket: egress.adminSocket)
        controls = ControlLoop(
            operations: operations,
            gateway: .init(
                waitUntilCut: { try await cuts.waitUntilCut($0) },
                forget: { id, owner, name in
                    plans.forget(id)
                    vault.forget(owner: owner, agent: name)
                }),
            logger: logger)
        let runtime = self.runtime
        lifetimes = LifetimeLoop(operations: operations, logger: logger) { await runtime.processorTimes(of: $0) }
    }

    private static func egressSettings(
        _ folder: StateFolder, _ configuration: PlatformConfiguration
    ) throws -> EgressPath.Settings {
        EgressPath.Settings(
            runFolder: folder.runFolder,
            authority: try CertificateAuthority.loadOrMake(in: URL(fileURLWithPath: folder.authorityFolder)),
            trustAdditions: configuration.trustCA ?? [],
            resolvers: try (configuration.resolver ?? []).map { try Resolver(parsing: $0) },
            allowPrivate: try (configuration.allowPrivate ?? []).map { try PrivateAllowance(parsing: $0) },
            auditBestEffort: configuration.auditBestEffort ?? false)
    }

    private static func openAudit(
        _ folder: StateFolder, _ configuration: PlatformConfiguration, _ logger: Logger
    ) throws -> AuditLog {
        var settings = AuditConfiguration(
            folder: AuditFolder(folder.auditFolder), mapping: OCSFMapping(productVersion: PlatformVersion.current))
        settings.bestEffort = configuration.auditBestEffort ?? false
        return try AuditLog(settings, logger: logger)
    }

    private static func vault(
        _ openbao: ProgramSupervisor?, _ layout: OpenBaoLayout, _ folder: StateFolder,
        _ configuration: PlatformConfiguration, _ environment: [String: String], _ logger: Logger
    ) throws -> VaultGate {
        let cache = Duration.seconds(configuration.secretCacheSeconds ?? 30)
        if let own = try VaultConfiguration(environment: environment) {
            let files = VaultRoleFiles(folder: URL(fileURLWithPath: "\(folder.path)/vault-roles"))
            return VaultGate(logger: logger) {
                try VaultAccess(configuration: own, cache: cache, logger: logger) { try files.read($0) }
            }
        }
        return VaultGate(logger: logger) {
            try await openbao?.waitUntilReady()
            let access = try await OpenBaoInitializer(layout: layout, logger: logger).run()
            return try VaultAccess(configuration: access.configuration, cache: cache, logger: logger) {
                try access.appRole($0)
            }
        }
    }

    private static func runtime(
        _ folder: StateFolder, _ toolbox: Toolbox, _ mode: SandboxMode, _ limits: LimitMethod, _ certificate: String,
        _ directory: LocalAgentDirectory, _ statuses: AgentStatuses, _ logger: Logger
    ) throws -> LocalRuntime {
        try LocalRuntime(
            LocalRuntimeConfiguration(
                mode: mode, tools: toolbox.sandbox, limitMethod: limits, certificateBundle: certificate,
                dataFolder: folder.agentDataFolder, filesFolder: folder.agentFilesFolder,
                mounts: MountCheck(stateFolder: folder.path, homeFolders: HomeFolders.all()),
                egressSocket: { folder.egressSocket(of: $0) }),
            logger: logger,
            placeholders: { id in
                let bindings = directory.agent(id)?.secrets ?? []
                return Dictionary(bindings.compactMap { secret in secret.placeholder.map { (secret.name, $0) } }) { $1 }
            },
            controls: { directory.order(of: $0) }, onStart: { await statuses.started($0) },
            onEnd: { await statuses.ended($0) })
    }

    /// Serves until a signal, in order; the reverse order at the end.
    func run() async throws {
        let operations = operations
        let bringUp = BringUp(stack: self)
        let group = ServiceGroup(
            configuration: .init(
                services: services(bringUp, operations),
                gracefulShutdownSignals: Self.endingSignals, logger: quiet(logger)))
        try await group.run()
    }

    /// A terminal that closes ends the platform in good order too, but not one that was started with nohup.
    private static var endingSignals: [UnixSignal] {
        var hangUp = sigaction()
        sigaction(SIGHUP, nil, &hangUp)
        let isIgnored = hangUp.__sigaction_handler.sa_handler.map { unsafeBitCast($0, to: Int.self) } == 1
        return [.sigterm, .sigint] + (isIgnored ? [] : [.sighup])
    }

    private func services(
        _ bringUp: BringUp, _ operations: LocalOperations
    ) -> [ServiceGroupConfiguration.ServiceConfiguration] {
        let attach = AttachServer(socketPath: folder.attachSocket, logger: logger) { try await operations.attach($0) }
        let shipping: [any Service] = shipper.map { [$0] } ?? []
        let all: [any Service] =
            [SecondInterrupt()] + shipping
            + [
                audit, index, egress.records, egress.redaction, egress.decisions, egress.control,
                egress.discovery, egress.internalServer,
            ]
            + supervisors.map { $0 as any Service }
            + [
                vault, publisher, runtime, diskGuard, controls, lifetimes,
                APIServer(socketPath: folder.apiSocket, platform: operations, logger: quiet(logger)), attach, bringUp,
            ]
        return all.map { .init(service: OrderlyService(part: $0, logger: logger)) }
    }

    /// Below this agents are paused: the audit log's reserve and room for OpenBao's next snapshots.
    private static let lowBytes = 256 << 20

    private var diskGuard: DiskGuard {
        let path = folder.path
        return DiskGuard(runtime: runtime, audit: audit, logger: logger) { wasLow in
            try DiskSpace(at: path).level(lowBytes: Self.lowBytes, before: wasLow ? .low : .ok) == .low
        }
    }

    /// Libraries log what only they care about as information.
    private func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = .warning
        return quiet
    }
}
