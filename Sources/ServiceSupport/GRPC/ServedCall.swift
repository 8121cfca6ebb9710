import GRPCCore
import Synchronization

/// One call on a connection, as its `CallHandler` knows it.
enum ServedCall {
    /// A unary call that isn't complete yet.
    case gathering(GatheredCall)
    /// A unary call that is being answered.
    case answering(Abandonment)
    case exchanging(ExchangedCall)
}

/// Whether nobody waits for the answer any more; read by the task that makes it.
final class Abandonment: Sendable {
    let flag = Atomic(false)
}

final class GatheredCall {
    let method: CallMethod.Unary
    let metadata: Metadata
    var bytes: MessageSplitter

    init(method: @escaping CallMethod.Unary, metadata: Metadata, bytes: MessageSplitter) {
        self.method = method
        self.metadata = metadata
        self.bytes = bytes
    }

    /// All of the call has come.
    func message() throws(RPCError) -> [UInt8] {
        guard let message = try bytes.next(), bytes.isEmpty else {
            throw RPCError(code: .internalError, message: "a call is one whole message")
        }
        return message
    }
}

final class ExchangedCall {
    var exchange: any CallExchange
    var bytes: MessageSplitter
    /// Answers that wait for the caller to take more.
    var unwritten = 0
    /// Bytes that the caller may send again once what they led to is on its way.
    var credit = 0
    var hasHead = false
    /// Nothing more is read.
    var isOver = false

    init(exchange: any CallExchange, bytes: MessageSplitter) {
        self.exchange = exchange
        self.bytes = bytes
    }
}
