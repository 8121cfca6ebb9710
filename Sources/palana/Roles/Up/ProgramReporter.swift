import LocalPlatform
import Logging
import PalanaCore

/// Writes into the audit log when a program of the platform ended and was started again.
struct ProgramReporter {
    let audit: any AuditSink
    let logger: Logger

    func supervisor(_ program: SupervisedProgram) -> ProgramSupervisor {
        ProgramSupervisor(program, logger: logger) { state in
            guard state.phase == .restarting else { return }
            var event = AuditEvent(kind: .platform, action: "restarted", outcome: .failed)
            event.detail = "\(program.name): \(state.detail ?? "ended")"
            do {
                try await audit.record(event)
            } catch {
                logger.error("audit.failed", metadata: ["event": "restarted", "reason": "\(error)"])
            }
        }
    }
}
