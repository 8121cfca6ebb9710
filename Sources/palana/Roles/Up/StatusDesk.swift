import AuditLog
import Foundation
import Glibc
import LocalPlatform
import PalanaCore
import PlatformAPI

/// Puts together what `palana status` shows.
struct StatusDesk {
    let folder: StateFolder
    let mode: SandboxMode
    let limits: LimitMethod
    let started: Date
    let supervisors: [ProgramSupervisor]
    let vault: VaultGate
    let audit: AuditLog
    let shipper: AuditShipper?
    let store: LocalStore
    let runtime: LocalRuntime

    func report() async -> PlatformStatus {
        PlatformStatus(
            version: PlatformVersion.current, pid: getpid(), since: started, stateFolder: folder.path,
            sandboxMode: mode.rawValue, limits: "\(limits)", parts: parts, agents: await agents())
    }

    private var parts: [PlatformStatus.Part] {
        let gateway = PlatformStatus.Part(name: "gateway", state: .ready, pid: getpid())
        let logins = PlatformStatus.Part(
            name: "vault", state: vault.isOpen ? .ready : .starting, detail: vault.isOpen ? nil : "logging in")
        return [gateway] + supervisors.map(part) + [logins, records] + (shipper.map { [shipping($0.status)] } ?? [])
    }

    /// The audit log; without its reserve it still writes.
    private var records: PlatformStatus.Part {
        let status = audit.status
        return PlatformStatus.Part(
            name: "audit", state: status.failure == nil ? .ready : .failing,
            detail: status.failure ?? status.reserveProblem.map { "no disk reserve: \($0)" })
    }

    private func shipping(_ status: ShippingStatus) -> PlatformStatus.Part {
        let remarks = status.remarks
        return PlatformStatus.Part(
            name: "audit shipping", state: status.problem == nil ? .ready : .behind,
            detail: remarks.isEmpty ? nil : remarks.joined(separator: "; "))
    }

    private func part(_ supervisor: ProgramSupervisor) -> PlatformStatus.Part {
        let state = supervisor.state
        return PlatformStatus.Part(
            name: supervisor.program.name, state: .init(rawValue: state.phase.rawValue) ?? .restarting, pid: state.pid,
            restarts: state.restarts, detail: state.detail)
    }

    private func agents() async -> [String: Int] {
        let phases = await store.list(.agent).compactMap { resource -> String? in
            guard case .agent(let agent) = resource else { return nil }
            return agent.status?.phase?.rawValue ?? "Pending"
        }
        return Dictionary(phases.map { ($0, 1) }, uniquingKeysWith: +)
    }
}
