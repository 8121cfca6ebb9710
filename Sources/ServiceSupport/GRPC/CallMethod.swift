public import GRPCCore

/// How a `CallServer` answers one method's calls.
public enum CallMethod: Sendable {
    /// One message each way.
    case unary(Unary)
    /// Many messages each way; begins one exchange a call, from its metadata.
    case exchange(@Sendable (_ metadata: Metadata) -> any CallExchange)

    /// Answers one call: the metadata and the message, serialized. A thrown `RPCError` is the call's status.
    /// `isAbandoned` says whether the caller has gone: its stream was reset or its connection closed.
    public typealias Unary =
        @Sendable (_ metadata: Metadata, _ message: [UInt8], _ isAbandoned: @Sendable () -> Bool) async throws ->
        [UInt8]
}

/// One call of many messages: each is answered before the next is read. Stays on its connection's event loop, which it
/// must not block. It simply goes when the caller does.
public protocol CallExchange {
    /// - Throws: the call's status; nothing more is answered then.
    mutating func answer(to message: [UInt8]) throws(RPCError) -> CallReply

    /// The caller sends no more.
    /// - Throws: the call's status; otherwise it ends well.
    mutating func end() throws(RPCError)
}

/// What an exchange answers to one message, serialized.
public enum CallReply: Sendable {
    case messages([[UInt8]])
    /// These, once `after` is done, and the end of the call; what the caller sends meanwhile is dropped.
    case last([[UInt8]], after: @Sendable () async -> Void)
}
