import Foundation
import NIOCore
import NIOWebSocket
public import PalanaCore

/// A connection to a process in a pod.
public struct PodStream: Sendable {
    typealias Channel = NIOAsyncChannel<WebSocketFrame, WebSocketFrame>

    /// Keeps what stands between from taking the connection for dead.
    private static let pingInterval = Duration.seconds(30)
    /// Servers take messages of 32 KiB and more.
    private static let pieceLimit = 16 << 10

    let inbound: NIOAsyncChannelInboundStream<WebSocketFrame>
    let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
    let subject: String
    /// Whether the server can be told that the input has ended (v5).
    public let canEndInput: Bool

    /// Hands over what the process writes until it ends; a receiver that takes its time slows the process down. Once.
    /// - Returns: the exit code.
    /// - Throws: `KubernetesFailure` when the process could not be started or the connection broke, and what `receive`
    ///   throws.
    public func relay(to receive: (SessionOutput) async throws -> Void) async throws -> Int32 {
        for try await frame in inbound {
            switch frame.opcode {
            case .binary:
                guard let message = ChannelMessage(received: Array(frame.unmaskedData.readableBytesView)) else {
                    continue
                }
                switch message {
                case .output(let bytes): try await receive(.standardOutput(bytes))
                case .errorOutput(let bytes): try await receive(.standardError(bytes))
                case .ending(let status): return try code(of: status)
                case .input, .endOfInput, .resize: continue
                }
            case .ping: try await send(.pong, frame.unmaskedData)
            case .connectionClose: throw lost()
            default: continue
            }
        }
        throw lost()
    }

    /// Waits while the process doesn't read.
    public func write(_ bytes: [UInt8]) async throws {
        for start in stride(from: 0, to: bytes.count, by: Self.pieceLimit) {
            try await send(.input(Array(bytes[start..<min(start + Self.pieceLimit, bytes.count)])))
        }
    }

    /// Does nothing when the server knows no such message.
    public func endInput() async throws {
        if canEndInput { try await send(.endOfInput) }
    }

    public func resize(_ size: TerminalSize) async throws { try await send(.resize(size)) }

    /// Sends a ping now and then until it is cancelled.
    public func keepAlive() async throws -> Never {
        while true {
            try await Task.sleep(for: Self.pingInterval)
            try await send(.ping, ByteBuffer())
        }
    }

    private func send(_ message: ChannelMessage) async throws {
        try await send(.binary, ByteBuffer(bytes: message.bytes))
    }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer) async throws {
        try await outbound.write(WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data))
    }

    private func code(of ending: [UInt8]) throws(KubernetesFailure) -> Int32 {
        let status = try? JSONDecoder().decode(StatusAnswer.self, from: Data(ending))
        if let code = status?.exitCode { return code }
        throw KubernetesFailure(status, code: 0, of: subject)
    }

    private func lost() -> KubernetesFailure {
        KubernetesFailure(
            .unreachable, "\(subject): the connection ended without saying how the process ended; it may still run")
    }
}
