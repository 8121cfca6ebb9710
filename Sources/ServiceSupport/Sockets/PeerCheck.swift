public import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Admits only processes of named users to a Unix socket (`SO_PEERCRED`, unix(7)): whoever reaches ext_authz can name
/// any agent and receive its keys, so file modes alone are not enough.
public struct PeerCheck: Sendable {
    /// Why a connection was closed before it was served.
    public enum Refusal: Error, Hashable, Sendable {
        case foreignUser(UInt32)
        /// The kernel did not say who it is: refused too.
        case unknownPeer
    }

    /// `struct ucred`, which Glibc's module hides behind _GNU_SOURCE.
    private struct Credentials: Sendable {
        var process: Int32
        var user: UInt32
        var group: UInt32
    }

    public var allowedUsers: Set<UInt32>

    public init(allowedUsers: Set<UInt32>) {
        self.allowedUsers = allowedUsers
    }

    /// Our own user alone.
    public static var ownUser: PeerCheck { PeerCheck(allowedUsers: [geteuid()]) }

    /// Fails and closes the channel unless the peer's user is allowed. (A failed initializer alone keeps the bytes out
    /// but leaves the connection hanging.)
    public func admit(_ channel: any Channel) -> EventLoopFuture<Void> {
        let verdict = judge(channel)
        verdict.whenFailure { _ in channel.close(promise: nil) }
        return verdict
    }

    private func judge(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let options = channel as? any SocketOptionProvider else {
            return channel.eventLoop.makeFailedFuture(Refusal.unknownPeer)
        }
        let peer: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: .init(rawValue: SOL_SOCKET), name: .init(rawValue: SO_PEERCRED))
        return peer.flatMapErrorThrowing { _ in throw Refusal.unknownPeer }.flatMapThrowing { peer in
            guard allowedUsers.contains(peer.user) else { throw Refusal.foreignUser(peer.user) }
        }
    }
}
