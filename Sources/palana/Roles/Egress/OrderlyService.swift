import Logging
import ServiceLifecycle
import UnixSignals

/// A part of the platform: its failure takes the platform down, unless it was told to stop. What fails then is a wait
/// that was given up, or something that needed a part which has stopped already; it must not cut short how the others
/// stop, for a service group whose member throws cancels all of them.
struct OrderlyService: Service {
    let part: any Service
    let logger: Logger

    func run() async throws {
        do {
            try await part.run()
        } catch  where Task.isShuttingDownGracefully {
            logger.debug("service.stopped", metadata: ["service": "\(type(of: part))", "reason": "\(error)"])
        }
    }
}

/// A second Ctrl-C, from someone who won't wait for the agents' orderly end: this process ends, and its guards end what
/// it started. Runs for as long as the other parts need to stop.
struct SecondInterrupt: Service {
    /// What a shell gives for a program that Ctrl-C ended.
    static let status: Int32 = 130

    func run() async throws {
        let interrupts = await UnixSignalsSequence(trapping: .sigint)
        await cancelWhenGracefulShutdown {
            var count = 0
            for await _ in interrupts {
                count += 1
                guard count > 1 else { continue }
                Terminal.warn("palana: interrupted again: everything is killed")
                CommandFailure.leave(Self.status)
            }
        }
    }
}
