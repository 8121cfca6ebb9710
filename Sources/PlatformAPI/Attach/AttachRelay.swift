import Logging
import NIOCore
import PalanaCore

/// One attached connection: both directions until the process ends or the person leaves.
///
/// Input has a task of its own, since a process that doesn't read makes it wait; resizes, signals and the end of the
/// connection act at once.
struct AttachRelay: Sendable {
    private typealias Pieces = AsyncStream<[UInt8]>

    private let process: AttachedProcess
    private let outbound: NIOAsyncChannelOutboundWriter<AttachFrame>
    private let logger: Logger

    init(_ process: AttachedProcess, _ outbound: NIOAsyncChannelOutboundWriter<AttachFrame>, _ logger: Logger) {
        self.process = process
        self.outbound = outbound
        self.logger = logger
    }

    /// - Parameter iterator: what the terminal sends from now on.
    func run(_ iterator: inout NIOAsyncChannelInboundStream<AttachFrame>.AsyncIterator) async throws {
        // One piece waits while one is written; who sends more breaks the protocol.
        let (pieces, feed) = Pieces.makeStream(bufferingPolicy: .bufferingOldest(1))
        async let output: Void = forward()
        async let _: Void = write(pieces)
        do {
            while let frame = try await iterator.next() { try await pass(frame, feed) }
        } catch {
            logger.debug("attach.input-ended", metadata: ["error": "\(error)"])
        }
        feed.finish()
        await process.detach()
        try await output
        // Leaving cancels the task that writes, whatever it waits for.
    }

    private func pass(_ frame: AttachFrame, _ feed: Pieces.Continuation) async throws {
        switch frame {
        case .input(let bytes):
            guard case .enqueued = feed.yield(bytes) else {
                throw APIError(.invalid, "attach: more input before the last was taken")
            }
        case .resize(let size): try await process.session.resize(size)
        case .signal(let number): try await process.session.signal(number)
        case .request, .taken, .output, .errorOutput, .exit, .failure: return
        }
    }

    private func write(_ pieces: Pieces) async throws {
        for await bytes in pieces {
            try await bytes.isEmpty ? process.session.closeInput() : process.session.write(bytes)
            try await outbound.write(.taken)
        }
    }

    private func forward() async throws {
        let code = try await process.session.relay { [outbound] piece in
            switch piece {
            case .standardOutput(let bytes): try await outbound.write(.output(bytes))
            case .standardError(let bytes): try await outbound.write(.errorOutput(bytes))
            }
        }
        try await outbound.write(.exit(code))
        outbound.finish()
    }
}
