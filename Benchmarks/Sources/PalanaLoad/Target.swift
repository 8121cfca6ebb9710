import NIOCore
import NIOHTTP1
import NIOSSL

/// One server seen through one peer, and the request that is sent there.
struct Target: Sendable {
    var peer: Plan.Peer
    var host: String
    var port: Int
    var head: HTTPRequestHead
    var tls: NIOSSLContext

    init(peer: Plan.Peer, item: Plan.Case, host: String, tls: NIOSSLContext) {
        self.peer = peer
        self.host = host
        self.tls = tls
        port = item.port
        var headers = HTTPHeaders([("host", item.port == 443 ? host : "\(host):\(item.port)"), ("accept", "*/*")])
        for (name, value) in item.headers?[peer.name] ?? [:] { headers.replaceOrAdd(name: name, value: value) }
        head = HTTPRequestHead(version: .http1_1, method: .GET, uri: item.path, headers: headers)
    }

    func socketAddress() throws -> SocketAddress {
        if peer.address.hasPrefix("/") { return try SocketAddress(unixDomainSocketPath: peer.address) }
        guard let colon = peer.address.lastIndex(of: ":"), let port = Int(peer.address[colon...].dropFirst()) else {
            throw LoadFailure("peer \(peer.name): address \"\(peer.address)\" is neither a path nor IP:PORT")
        }
        return try SocketAddress(ipAddress: String(peer.address[..<colon]), port: port)
    }
}
