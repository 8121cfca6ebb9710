import AuditLog
import ClusterAPI
import Foundation
import KubernetesClient
import Logging
import PalanaCore
import ServiceLifecycle
import ServiceSupport
import UnixSignals
import VaultClient

/// `palana api`: one replica of the HTTP API in a cluster, for what objects of the cluster must not carry.
///
/// ```
/// palana secrets add ──TLS──▶ who is it? (certificate, TokenReview) ──▶ may they? (SubjectAccessReview) ──▶ audit ──▶ vault
/// ```
struct APIRole {
    var settings: APISettings
    var environment: [String: String]

    func run() async throws {
        do {
            ProcessHardening.apply()
            let logger = Logger(label: "palana")
            try await group(logger).run()
        } catch let failure as CommandFailure {
            throw failure
        } catch let failure as KubernetesFailure {
            throw CommandFailure(failure.isTransient ? .unavailable : .failed, failure.message)
        } catch let failure as AuditFailure {
            throw CommandFailure(.failed, failure.reason)
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
    }

    private func group(_ logger: Logger) throws -> ServiceGroup {
        let client = try KubernetesClient(.found(in: environment, context: settings.context), logger: logger)
        let certificate = try ServingCertificate(settings.certificate, logger: logger)
        var audit = AuditConfiguration(
            folder: AuditFolder(settings.auditFolder), mapping: OCSFMapping(productVersion: PlatformVersion.current))
        audit.replica = settings.replica
        let records = try AuditLog(audit, logger: logger)
        let shipper = try settings.shipping.map { try AuditShipper($0, of: records, logger: logger) }
        let vault = try VaultClient.inCluster(
            as: .api, folder: settings.vaultRoles, environment: environment, logger: logger)
        let writer = VaultSecretWriter(client: vault) { AgentNames.vaultUser(owner: $0) }
        let server = ClusterAPIServer(
            host: settings.host, port: settings.port, callers: CallerCheck(client: client),
            desk: SecretDesk(client: client, writer: writer, audit: records), certificate: certificate, logger: logger)
        var quiet = logger
        quiet.logLevel = .warning
        let health = HealthServer(
            host: settings.host, port: settings.healthPort, logger: quiet, missing: { [] },
            remarks: { shipper?.status.remarks ?? [] })
        // In the order in which they start; they end in the reverse one.
        let services: [any Service] =
            (shipper.map { [$0] } ?? []) + [records, vault, certificate, health, server]
        return ServiceGroup(
            configuration: .init(
                services: services.map { .init(service: OrderlyService(part: $0, logger: logger)) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    }
}
