import AsyncHTTPClient
import NIOCore

/// What a container wrote, as it comes. Throws `KubernetesFailure` when the connection breaks.
public struct PodLog: AsyncSequence, Sendable {
    public typealias Element = [UInt8]

    let body: HTTPClientResponse.Body
    let request: APIRequest
    let connection: APIConnection

    public func makeAsyncIterator() -> Iterator {
        Iterator(pieces: body.makeAsyncIterator(), request: request, connection: connection)
    }

    public struct Iterator: AsyncIteratorProtocol {
        var pieces: HTTPClientResponse.Body.AsyncIterator
        let request: APIRequest
        let connection: APIConnection

        public mutating func next() async throws -> [UInt8]? {
            do {
                return try await pieces.next().map { Array($0.readableBytesView) }
            } catch {
                throw connection.failure(of: request, for: error)
            }
        }
    }
}
