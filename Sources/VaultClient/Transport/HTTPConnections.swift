import AsyncHTTPClient
import Dispatch

/// An `HTTPClient` that closes itself when its last user is gone. Left open it ends the whole process in a debug build,
/// so
/// every error on the way between making and using one would be a crash.
final class HTTPConnections: Sendable {
    let client: HTTPClient

    init(_ configuration: HTTPClient.Configuration) {
        client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }

    deinit {
        // Closed already is the usual case, and nobody is left to be told of another.
        client.shutdown(queue: .global()) { _ in }
    }
}
