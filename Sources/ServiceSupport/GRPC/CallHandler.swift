import GRPCCore
import NIOCore
import NIOHPACK
import NIOHTTP2
import Synchronization

/// One connection of the `CallServer`: gathers each stream's messages, has them answered, writes the answers.
final class CallHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    /// What a stream may send without being asked on. Unary calls fit in it and need no window updates.
    static let streamWindow = 1 << 20

    private let methods: [String: CallMethod]
    private let largestMessage: Int
    private var calls: [HTTP2StreamID: ServedCall] = [:]
    /// Bytes taken since the connection's window was opened again.
    private var taken = 0
    private var willFlush = false

    init(methods: [String: CallMethod], largestMessage: Int) {
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
        openWindow(of: .rootStream, by: Self.streamWindow * 4, context)
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
        for stream in Array(calls.keys) { forget(stream) }
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
        // Headers of a call that has begun are its trailers.
        if calls[stream] == nil {
            do throws(RPCError) {
                calls[stream] = try call(part.headers)
            } catch {
                return write(end: error, hasHead: false, to: stream, context)
            }
        }
        if part.endStream { finish(stream, context) }
    }

    private func call(_ headers: HPACKHeaders) throws(RPCError) -> ServedCall {
        guard headers.first(name: "content-type")?.hasPrefix("application/grpc") == true else {
            throw RPCError(code: .invalidArgument, message: "this is a gRPC server")
        }
        let (metadata, bytes) = (Self.metadata(headers), MessageSplitter(largest: largestMessage))
        switch methods[headers.first(name: ":path") ?? ""] {
        case .unary(let method): return .gathering(GatheredCall(method: method, metadata: metadata, bytes: bytes))
        case .exchange(let begin): return .exchanging(ExchangedCall(exchange: begin(metadata), bytes: bytes))
        case nil: throw RPCError(code: .unimplemented, message: "there is no method of this name here")
        }
    }

    private static func metadata(_ headers: HPACKHeaders) -> Metadata {
        var metadata = Metadata()
        for (name, value, _) in headers where !name.hasPrefix(":") { metadata.addString(value, forKey: name) }
        return metadata
    }

    private func takeData(
        _ part: HTTP2Frame.FramePayload.Data, of stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        guard case .byteBuffer(var bytes) = part.data else { return }
        let count = bytes.readableBytes + (part.paddingBytes ?? 0)
        reopenWindow(after: count, context)
        switch calls[stream] {
        case .gathering(let call):
            call.bytes.append(&bytes)
            if part.endStream { finish(stream, context) }
        case .exchanging(let call) where !call.isOver:
            call.credit += count
            call.bytes.append(&bytes)
            advance(call, stream, context)
            if part.endStream { finish(stream, context) } else { reopenWindow(of: call, stream, context) }
        case .exchanging, .answering, nil: return
        }
    }

    private func finish(_ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        switch calls[stream] {
        case .gathering(let call): answer(call, stream, context)
        case .exchanging(let call) where !call.isOver:
            do throws(RPCError) {
                guard call.bytes.isEmpty else {
                    throw RPCError(code: .internalError, message: "the call ends in the middle of a message")
                }
                try call.exchange.end()
                end(call, stream, with: nil, context)
            } catch {
                end(call, stream, with: error, context)
            }
        case .exchanging, .answering, nil: return
        }
    }

    private func forget(_ stream: HTTP2StreamID) {
        if case .answering(let abandonment) = calls.removeValue(forKey: stream) {
            abandonment.flag.store(true, ordering: .relaxed)
        }
    }

    // MARK: - One message each way

    private func answer(_ call: GatheredCall, _ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        let abandonment = Abandonment()
        calls[stream] = .answering(abandonment)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        do throws(RPCError) {
            let (method, metadata, message) = (call.method, call.metadata, try call.message())
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

    private func write(
        _ result: Result<[UInt8], any Error>, to stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        // A stream that was reset meanwhile is gone.
        guard calls.removeValue(forKey: stream) != nil else { return }
        switch result {
        case .success(let message):
            writeHead(to: stream, context)
            write(message, to: stream, context)
            write(end: nil, hasHead: true, to: stream, context)
        case .failure(let error):
            let status = (error as? RPCError) ?? RPCError(code: .unknown, message: "the call failed")
            write(end: status, hasHead: false, to: stream, context)
        }
    }

    // MARK: - Many messages

    private func advance(_ call: ExchangedCall, _ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        do throws(RPCError) {
            while !call.isOver, let message = try call.bytes.next() {
                switch try call.exchange.answer(to: message) {
                case .messages(let messages): write(messages, of: call, stream, context)
                case .last(let messages, let after): finish(call, stream, with: messages, after, context)
                }
            }
        } catch {
            end(call, stream, with: error, context)
        }
    }

    private func finish(
        _ call: ExchangedCall, _ stream: HTTP2StreamID, with messages: [[UInt8]],
        _ after: @escaping @Sendable () async -> Void, _ context: ChannelHandlerContext
    ) {
        call.isOver = true
        let bound = NIOLoopBound((self, context, call), eventLoop: context.eventLoop)
        context.eventLoop.makeFutureWithTask { await after() }.whenComplete { _ in
            let (handler, context, call) = bound.value
            guard handler.calls[stream] != nil else { return }
            handler.write(messages, of: call, stream, context)
            handler.end(call, stream, with: nil, context)
        }
    }

    private func end(
        _ call: ExchangedCall, _ stream: HTTP2StreamID, with error: RPCError?, _ context: ChannelHandlerContext
    ) {
        call.isOver = true
        calls[stream] = nil
        write(end: error, hasHead: call.hasHead, to: stream, context)
    }

    private func write(
        _ messages: [[UInt8]], of call: ExchangedCall, _ stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        if !call.hasHead { writeHead(to: stream, context) }
        call.hasHead = true
        let bound = NIOLoopBound((self, context, call), eventLoop: context.eventLoop)
        for message in messages {
            call.unwritten += 1
            let isWritten = context.eventLoop.makePromise(of: Void.self)
            isWritten.futureResult.whenComplete { _ in
                bound.value.2.unwritten -= 1
                // Later: NIOHTTP2 is in the middle of a flush now, and takes no window update between its frames.
                bound.value.1.eventLoop.execute {
                    let (handler, context, call) = bound.value
                    handler.reopenWindow(of: call, stream, context)
                }
            }
            write(message, to: stream, context, promise: isWritten)
        }
    }

    // MARK: - Out

    private func writeHead(to stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        write(.headers(.init(headers: Self.head)), to: stream, context)
    }

    private func write(
        _ message: [UInt8], to stream: HTTP2StreamID, _ context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>? = nil
    ) {
        let bytes = MessageSplitter.framed(message, context.channel.allocator)
        write(.data(.init(data: .byteBuffer(bytes))), to: stream, context, promise: promise)
    }

    /// - Parameter error: nil for a call that ends well.
    private func write(
        end error: RPCError?, hasHead: Bool, to stream: HTTP2StreamID, _ context: ChannelHandlerContext
    ) {
        var trailers: HPACKHeaders = hasHead ? [:] : Self.head
        trailers.add(name: "grpc-status", value: "\(error?.code.rawValue ?? 0)")
        if let error { trailers.add(name: "grpc-message", value: error.message) }
        write(.headers(.init(headers: trailers, endStream: true)), to: stream, context)
    }

    private static let head: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]

    private func write(
        _ payload: HTTP2Frame.FramePayload, to stream: HTTP2StreamID, _ context: ChannelHandlerContext,
        promise: EventLoopPromise<Void>? = nil
    ) {
        context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: promise)
        flushSoon(context)
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
        openWindow(of: .rootStream, by: taken, context)
        taken = 0
    }

    /// A caller that doesn't take its answers may send no more, so a stream holds at most two windows of memory.
    private func reopenWindow(of call: ExchangedCall, _ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
        guard !call.isOver, call.unwritten == 0, call.credit >= Self.streamWindow / 4, calls[stream] != nil else {
            return
        }
        openWindow(of: stream, by: call.credit, context)
        call.credit = 0
    }

    private func openWindow(of stream: HTTP2StreamID, by count: Int, _ context: ChannelHandlerContext) {
        write(.windowUpdate(windowSizeIncrement: count), to: stream, context)
    }
}
