import AuditLog
import LocalPlatform
import Logging
import PalanaCore
import ServiceLifecycle

/// Watches the disk that the state folder is on: when it runs low, agents are paused before the audit log fails, and go
/// on when there is room again.
struct DiskGuard: Service {
    let folder: StateFolder
    let audit: any AuditSink
    let runtime: LocalRuntime
    let logger: Logger

    /// Below this agents are paused: the audit log's reserve and room for OpenBao's next snapshots.
    static let lowBytes = 256 << 20

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            var level = DiskSpace.Level.ok
            while !Task.isCancelled {
                let next = try DiskSpace(at: folder.path).level(lowBytes: Self.lowBytes, before: level)
                if next != level { await act(on: next) }
                level = next
                // Cancelled: the loop's condition ends it.
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func act(on level: DiskSpace.Level) async {
        let isLow = level != .ok
        await runtime.setPaused(isLow)
        logger.warning(isLow ? "disk.low" : "disk.ok", metadata: ["state": "\(folder.path)"])
        var event = AuditEvent(kind: .platform, action: isLow ? "agents-paused" : "agents-resumed", outcome: .succeeded)
        event.detail =
            isLow ? "less than \(Self.lowBytes >> 20) MiB free at the state folder" : "enough disk space again"
        do {
            try await audit.record(event)
        } catch {
            logger.error("audit.failed", metadata: ["event": "\(event.action)", "reason": "\(error.reason)"])
        }
    }
}
