package import Foundation
package import NIOHTTP1
package import PalanaCore

/// One call of the vault's API.
package struct VaultRequest: Sendable {
    package var method: HTTPMethod
    /// Below `/v1/`, made of checked segments only.
    package var path: String
    /// Encoded JSON. May hold secret values.
    package var body: Secret<Data>?
    /// Sending it twice does what sending it once does.
    package var isIdempotent: Bool

    package init(_ method: HTTPMethod, _ path: String, body: Secret<Data>? = nil) {
        self.method = method
        self.path = path
        self.body = body
        isIdempotent = method == .GET || method == .DELETE
    }

    /// A request whose body is `payload` as JSON.
    package init(_ method: HTTPMethod, _ path: String, json payload: some Encodable) throws(VaultFailure) {
        do {
            self.init(method, path, body: Secret(try JSONEncoder().encode(payload)))
        } catch {
            throw .configuration("The request for \(path) can't be written as JSON.")
        }
    }
}

/// A vault's answer, in memory and no longer than the transport's limit.
package struct VaultAnswer: Sendable {
    package var status: Int
    package var path: String
    package var body: Secret<Data>

    /// The body as `type`; a decoding error is not passed on, since it may quote the body.
    package func decode<Payload: Decodable>(_ type: Payload.Type) throws(VaultFailure) -> Payload {
        do {
            return try JSONDecoder().decode(type, from: body.exposed)
        } catch {
            throw .nonsense(path: path, why: "not the JSON that the API promises")
        }
    }
}
