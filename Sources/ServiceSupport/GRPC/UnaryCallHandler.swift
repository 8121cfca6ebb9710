import GRPCCore
import NIOCore
import NIOHPACK
import NIOHTTP2
import Synchronization

/// One connection of the `UnaryCallServer`: gathers each stream's call, has it answered, writes the answer.
final class UnaryCallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// Whether nobody waits for the answer any more; read by the task that makes it.
    private final class Abandonment: Sendable {
        let flag = Atomic(false)
    }

    private struct Call {
        var headers: HPACKHeaders
        var body = ByteBuffer()
    }

    /// What a stream may send without being asked on, so that no stream needs window updates.
    static let streamWindow = 1 << 20

    private let methods: [String: UnaryCallServer.Method]
    private let largestMessage: Int
    /// Calls that aren't complete yet.
    private var incoming: [HTTP2StreamID: Call] = [:]
    /// Calls that are being answered.
    private var answering: [HTTP2StreamID: Abandonment] = [:]
    /// Bytes taken since the connection's window was opened again.
    private var taken = 0
    private var willFlush = false

    init(methods: [String: UnaryCallServer.Method], largestMessage: Int) {
        self.methods = methods
        self.largestMessage = largestMessage
    }

    /// - Parameter concurrentCalls: at a time.
    static func http2(concurrentCalls: Int) -> NIOHTTP2Handler {
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: concurrentCalls),
            HTTP2Setting(parameter: .maxHeaderListSize, value: HPACKDecoder.defaultMaxHeaderListSize),
            HTTP2Setting(parameter: .initialWindowSize, value: streamWindow),
        ]
        var stream = NIOHTTP2Handler.StreamConfiguration()
        // An agent that goes away while it is asked about resets its stream. It must not close the connection on which
        // others are asked about; the peer is our own Envoy.
        stream.streamResetFrameRateLimit.maximumCount = .max
        stream.streamErrorRateLimit.maximumCount = .max
        return NIOHTTP2Handler(mode: .server, connectionConfiguration: connection, streamConfiguration: stream)
    }

    // MARK: - In

    func channelActive(context: ChannelHandlerContext) {
        // Calls share the connection's window, whose default is a single large request.
        openWindow(by: Self.streamWindow * 4, context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let part): takeHeaders(part, of: frame.streamID, context)
        case .data(let part): takeData(part, of: frame.streamID, context)
        case .rstStream: forget(frame.streamID)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        for stream in Array(answering.keys) { forget(stream) }
        incoming = [:]
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An error of one stream is answered on it by NIO; what else fails ends the connection.
        if error is NIOHTTP2Errors.StreamError { return }
        context.close(promise: nil)
    }

    private func takeHeaders(
        _ part: HTTP2Frame.FramePayload.Headers, of stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        if incoming[stream] == nil { incoming[stream] = Call(headers: part.headers) }
        if part.endStream { finish(stream, context) }
    }

    private func takeData(
        _ part: HTTP2Frame.FramePayload.Data, of stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        guard case .byteBuffer(var bytes) = part.data else { return }
        reopenWindow(after: bytes.readableBytes + (part.paddingBytes ?? 0), context)
        guard let count = incoming[stream]?.body.readableBytes else { return }
        guard count + bytes.readableBytes <= largestMessage + 5 else {
            incoming[stream] = nil
            answering[stream] = Abandonment()
            let error = RPCError(code: .resourceExhausted, message: "the message has more than \(largestMessage) bytes")
            return write(.failure(error), to: stream, context)
        }
        incoming[stream]?.body.writeBuffer(&bytes)
        if part.endStream { finish(stream, context) }
    }

    private func forget(_ stream: HTTP2StreamID) {
        incoming[stream] = nil
        answering.removeValue(forKey: stream)?.flag.store(true, ordering: .relaxed)
    }

    // MARK: - The answer

    private func finish(_ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        guard let call = incoming.removeValue(forKey: stream) else { return }
        let abandonment = Abandonment()
        answering[stream] = abandonment
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        do throws(RPCError) {
            let method = try method(of: call)
            let message = try Self.message(in: call.body)
            let metadata = Self.metadata(call.headers)
            context.eventLoop.makeFutureWithTask {
                try await method(metadata, message) { abandonment.flag.load(ordering: .relaxed) }
            }.whenComplete { result in
                let (handler, context) = bound.value
                handler.write(result, to: stream, context)
            }
        } catch {
            write(.failure(error), to: stream, context)
        }
    }

    private func method(of call: Call) throws(RPCError) -> UnaryCallServer.Method {
        let path = call.headers.first(name: ":path") ?? ""
        guard call.headers.first(name: "content-type")?.hasPrefix("application/grpc") == true else {
            throw RPCError(code: .invalidArgument, message: "this is a gRPC server")
        }
        guard let method = methods[path] else {
            throw RPCError(code: .unimplemented, message: "there is no method of this name here")
        }
        return method
    }

    /// The one message: a byte that says whether it is compressed, its length in four, and it.
    private static func message(in body: ByteBuffer) throws(RPCError) -> [UInt8] {
        var body = body
        guard let isCompressed = body.readInteger(as: UInt8.self), let length = body.readInteger(as: UInt32.self),
            isCompressed == 0, Int(length) == body.readableBytes
        else { throw RPCError(code: .internalError, message: "a call is one message, not compressed") }
        return Array(body.readableBytesView)
    }

    private static func metadata(_ headers: HPACKHeaders) -> Metadata {
        var metadata = Metadata()
        for (name, value, _) in headers where !name.hasPrefix(":") { metadata.addString(value, forKey: name) }
        return metadata
    }

    private func write(
        _ result: Result<[UInt8], any Error>, to stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        // A stream that was reset meanwhile is gone.
        guard answering.removeValue(forKey: stream) != nil else { return }
        var head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
        switch result {
        case .success(let message):
            write(.headers(.init(headers: head)), to: stream, context)
            write(.data(.init(data: .byteBuffer(Self.framed(message, context)))), to: stream, context)
            write(.headers(.init(headers: ["grpc-status": "0"], endStream: true)), to: stream, context)
        case .failure(let error):
            let status = (error as? RPCError) ?? RPCError(code: .unknown, message: "the call failed")
            head.add(name: "grpc-status", value: "\(status.code.rawValue)")
            head.add(name: "grpc-message", value: status.message)
            write(.headers(.init(headers: head, endStream: true)), to: stream, context)
        }
        flushSoon(context)
    }

    private static func framed(_ message: [UInt8], _ context: ChannelHandlerContext) -> ByteBuffer {
        var buffer = context.channel.allocator.buffer(capacity: message.count + 5)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(message.count))
        buffer.writeBytes(message)
        return buffer
    }

    private func write(
        _ payload: HTTP2Frame.FramePayload, to stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: nil)
    }

    /// Once for all answers that are ready in this turn of the event loop.
    private func flushSoon(_ context: ChannelHandlerContext) {
        guard !willFlush else { return }
        willFlush = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = bound.value
            handler.willFlush = false
            context.flush()
        }
    }

    // MARK: - Flow control (RFC 9113, section 5.2)

    private func reopenWindow(after count: Int, _ context: ChannelHandlerContext) {
        taken += count
        guard taken >= Self.streamWindow else { return }
        openWindow(by: taken, context)
        taken = 0
    }

    private func openWindow(by count: Int, _ context: ChannelHandlerContext) {
        write(.windowUpdate(windowSizeIncrement: count), to: .rootStream, context)
        flushSoon(context)
    }
}
