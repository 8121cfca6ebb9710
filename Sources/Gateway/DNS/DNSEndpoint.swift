import NIOCore
import NIOPosix
import PalanaCore
import Synchronization

/// One agent's two sockets and all connections on them.
final class DNSEndpoint: Sendable {
    private struct State {
        var listeners: [any Channel] = []
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isClosed = false
    }

    let port: UInt16
    private let desk: DNSDesk
    private let configuration: DNSConfiguration
    private let state = Mutex(State())

    init(port: UInt16, desk: DNSDesk, configuration: DNSConfiguration) {
        self.port = port
        self.desk = desk
        self.configuration = configuration
    }

    /// - Throws: when the port can't be had; nothing stays open then.
    func open() async throws {
        do {
            let datagrams = try await datagrams()
            state.withLock { $0.listeners.append(datagrams) }
            let streams = try await streams()
            state.withLock { $0.listeners.append(streams) }
        } catch {
            await close()
            throw error
        }
    }

    /// Cuts what is open; returns when the port is free.
    func close() async {
        let open = state.withLock { state in
            state.isClosed = true
            defer { (state.listeners, state.connections) = ([], [:]) }
            return state.listeners + state.connections.values
        }
        for channel in open { channel.close(promise: nil) }
        for channel in open {
            // A channel that failed is closed as well.
            do { try await channel.closeFuture.get() } catch { continue }
        }
    }

    private func datagrams() async throws -> any Channel {
        let desk = desk
        return try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DNSDatagrams(desk: desk))
                }
            }
            .bind(host: configuration.address.description, port: Int(port)).get()
    }

    private func streams() async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { self.accept($0) }
            .bind(host: configuration.address.description, port: Int(port)).get()
    }

    private func accept(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard desk.admits(IPAddress(of: channel.remoteAddress)), keep(channel) else {
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        let (desk, configuration) = (desk, configuration)
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([
                IdleStateHandler(readTimeout: TimeAmount(configuration.idleTime)),
                DNSConnection(desk: desk, longest: configuration.longestConnection),
            ])
        }
    }

    /// - Returns: false when there are too many, or none are wanted any more.
    private func keep(_ channel: any Channel) -> Bool {
        let isKept = state.withLock { state in
            guard !state.isClosed, state.connections.count < configuration.connections else { return false }
            state.connections[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isKept else { return false }
        channel.closeFuture.whenComplete { _ in
            _ = self.state.withLock { $0.connections.removeValue(forKey: ObjectIdentifier(channel)) }
        }
        return true
    }
}
