public import Foundation
public import PalanaCore

/// One request to `palana.internal`, as it came over the gateway's own socket.
public struct InternalCall: Sendable {
    public var method: String
    /// With the query.
    public var target: String
    /// Names in lower case.
    public var headers: [HeaderField]

    public init(method: String, target: String, headers: [HeaderField]) {
        self.method = method
        self.target = target
        self.headers = headers
    }

    func values(of name: String) -> [String] { headers.lazy.filter { $0.name == name }.map(\.value) }
}

/// What is answered.
public struct InternalAnswer: Sendable {
    public var status: Int
    public var headers: [HeaderField]
    public var body: Data

    init(status: Int = 200, headers: [HeaderField] = [], body: Data) {
        self.status = status
        // Never kept, never guessed at, never shown in a frame.
        self.headers =
            headers + [
                HeaderField(name: "cache-control", value: "no-store"),
                HeaderField(name: "x-content-type-options", value: "nosniff"),
            ]
        self.body = body
    }

    init(_ refusal: Refusal, status: Int? = nil) {
        let answer = RefusalAnswer(refusal)
        self.init(status: status ?? answer.status, headers: answer.headers, body: answer.body)
    }

    init(json value: some Encodable) throws(Refusal) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let body = try encoder.encode(value) + Data("\n".utf8)
            self.init(headers: [HeaderField(name: "content-type", value: "application/json")], body: body)
        } catch {
            throw Refusal(.malformedRequest, "the answer can't be written as JSON")
        }
    }
}
