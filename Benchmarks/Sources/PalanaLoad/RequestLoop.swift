import NIOCore
import NIOHTTP1

/// Sends a request, waits for the whole answer, notes how long that took, and does it again until told to stop.
final class RequestLoop: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// How long to go on.
    enum Span {
        /// One request; its time counts from the given moment on, which may be before the connection.
        case once(from: NIODeadline)
        /// Requests begun from `from` on are noted; none begins after `until`.
        case window(from: NIODeadline, until: NIODeadline)
    }

    struct Outcome: Sendable {
        var nanoseconds: [Int64] = []
        /// The last answer's body, kept for checks alone.
        var body = ""
    }

    private let head: HTTPRequestHead
    private let span: Span
    private let keepsBody: Bool
    private let done: EventLoopPromise<Outcome>
    private var outcome = Outcome()
    private var began = NIODeadline.now()
    private var status = HTTPResponseStatus.ok
    private var isOver = false

    init(head: HTTPRequestHead, span: Span, keepsBody: Bool, done: EventLoopPromise<Outcome>) {
        self.head = head
        self.span = span
        self.keepsBody = keepsBody
        self.done = done
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { send(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        send(context)
        context.fireChannelActive()
    }

    private func send(_ context: ChannelHandlerContext) {
        began = .now()
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = head.status
        case .body(let bytes): if keepsBody || status != .ok { outcome.body += String(buffer: bytes) }
        case .end: answered(context)
        }
    }

    private func answered(_ context: ChannelHandlerContext) {
        guard status == .ok else {
            let failure = LoadFailure("\(head.uri) answered \(status.code): \(outcome.body.prefix(300))")
            return end(.failure(failure), context)
        }
        let now = NIODeadline.now()
        switch span {
        case .once(let from):
            outcome.nanoseconds.append((now - from).nanoseconds)
            end(.success(outcome), context)
        case .window(let from, let until):
            if began >= from { outcome.nanoseconds.append((now - began).nanoseconds) }
            if now < until { send(context) } else { end(.success(outcome), context) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(LoadFailure("\(head.uri): connection closed before the answer's end")), context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { end(.failure(error), context) }

    private func end(_ result: Result<Outcome, any Error>, _ context: ChannelHandlerContext) {
        guard !isOver else { return }
        isOver = true
        done.completeWith(result)
        context.close(promise: nil)
    }
}
