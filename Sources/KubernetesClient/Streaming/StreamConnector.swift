import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import PalanaCore

/// Opens WebSockets to an API server.
struct StreamConnector: Sendable {
    /// The newest first: the server takes the first one it knows.
    static let protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"]
    private static let frameLimit = 4 << 20

    /// What became of the wish.
    enum Opened: Sendable {
        case stream(PodStream.Channel, protocol: String)
        case refusal(NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>)
    }

    let configuration: KubernetesConfiguration

    func open(_ target: String, headers: HTTPHeaders, tls: TLSConfiguration) async throws -> Opened {
        let server = configuration.server
        let host = server.host.hasPrefix("[") ? String(server.host.dropFirst().dropLast()) : server.host
        let name = configuration.serverName ?? host
        let secure = server.scheme == "https"
        let context = secure ? try NIOSSLContext(configuration: tls) : nil
        let head = head(target, headers)
        let patience = TimeAmount.nanoseconds(configuration.requestTimeout.nanoseconds)
        let opening = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(min(patience, .seconds(10)))
            .connect(host: host, port: server.port ?? (secure ? 443 : 80)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        // An address is checked against the certificate by itself, and is no name to be sent.
                        let sent = IPAddress(name) == nil ? name : nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: sent))
                    }
                    let silence = channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
                    let upgrade = try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                        configuration: Self.pipeline(head))
                    upgrade.whenComplete { _ in silence.cancel() }
                    return upgrade
                }
            }
        return try await opening.get()
    }

    private func head(_ target: String, _ given: HTTPHeaders) -> HTTPRequestHead {
        var headers = given
        let server = configuration.server
        let port = server.port.map { ":\($0)" } ?? ""
        headers.replaceOrAdd(name: "Host", value: (configuration.serverName ?? server.host) + port)
        headers.add(name: "Sec-WebSocket-Protocol", value: Self.protocols.joined(separator: ", "))
        headers.add(name: "Content-Length", value: "0")
        return HTTPRequestHead(version: .http1_1, method: .GET, uri: server.path + target, headers: headers)
    }

    private static func pipeline(
        _ head: HTTPRequestHead
    ) -> NIOUpgradableHTTPClientPipelineConfiguration<Opened> {
        let upgrader = NIOTypedWebSocketClientUpgrader<Opened>(maxFrameSize: frameLimit) { channel, answer in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 1_024,
                        maxAccumulatedFrameSize: frameLimit))
                let stream = try PodStream.Channel(wrappingChannelSynchronously: channel)
                return .stream(stream, protocol: answer.headers.first(name: "Sec-WebSocket-Protocol") ?? "")
            }
        }
        var configuration = NIOUpgradableHTTPClientPipelineConfiguration<Opened>(
            upgradeConfiguration: NIOTypedHTTPClientUpgradeConfiguration(
                upgradeRequestHead: head, upgraders: [upgrader]
            ) { channel in
                channel.eventLoop.makeCompletedFuture {
                    .refusal(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                }
            })
        // The process may write before the answer is read.
        configuration.leftOverBytesStrategy = .forwardBytes
        return configuration
    }
}
