import AuditLog
import LocalPlatform
import Logging
import OPAClient
import PalanaCore
import ServiceLifecycle

/// What happens once after the start: waits for the programs, puts the stored policies in force, starts the agents that
/// ran before, and says that the platform is ready.
struct BringUp: Service {
    let stack: LocalStack

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for supervisor in stack.supervisors { try await supervisor.waitUntilReady() }
            try await publishPolicies()
            try await waitForVault()
            try await record("started")
            stack.logger.notice("platform.ready", metadata: ["state": "\(stack.folder.path)"])
            Terminal.warn(
                "palana: ready; state \(stack.folder.path), sandbox in \(stack.mode.rawValue) mode, limits by \(stack.limits)"
            )
            await startAgents()
        }
        // Outside: what waits in there is cancelled at the shutdown and would throw.
        try await gracefulShutdown()
        try await record("stopped")
    }

    private func publishPolicies() async throws {
        let policies = await stack.store.list(.egressPolicy).compactMap { resource -> EgressPolicy? in
            guard case .egressPolicy(let policy) = resource else { return nil }
            return policy
        }
        while true {
            do {
                try await stack.publisher.publish(policies.map { PolicyRules($0) })
                return
            } catch let failure as PolicyFailure {
                // OPA restarted in this moment; nothing is allowed until the set is in force.
                stack.logger.warning("policies.retry", metadata: ["reason": "\(failure.reason)"])
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private func waitForVault() async throws {
        try await poll(every: .milliseconds(10)) { stack.vault.isOpen }
    }

    /// An agent that can't be started is not a reason to take the platform down: its log line and status say why.
    private func startAgents() async {
        for case .agent(let agent) in await stack.store.list(.agent) {
            guard agent.status?.phase == .running, agent.spec.suspended != true else { continue }
            do {
                try await stack.operations.start(agent: agent.metadata.name)
            } catch {
                stack.logger.error(
                    "agent.not-started", metadata: ["agent": "\(agent.metadata.name)", "reason": "\(error)"])
                await stack.statuses.notStarted(agent.id, "\(error)")
            }
        }
    }

    private func record(_ action: String) async throws {
        try await stack.audit.record(AuditEvent(kind: .platform, action: action, outcome: .succeeded))
    }
}
