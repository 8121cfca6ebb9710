public import Foundation
public import PalanaCore

/// A refusal as it goes over the wire: the JSON of the API's errors, the status that belongs to it, the decision's id.
public struct RefusalAnswer: Sendable {
    public let status: Int
    public let headers: [HeaderField]
    public let body: Data

    public init(_ refusal: Refusal) {
        status = refusal.code.httpStatus
        headers =
            [HeaderField(name: "content-type", value: "application/json")]
            + (refusal.decisionID.map { [HeaderField(name: GatewayHeaders.decision, value: $0.rawValue)] } ?? [])
        body = RefusalAnswer.encoded(refusal)
    }

    private static func encoded(_ refusal: Refusal) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(RefusalBody(error: refusal)) + Data("\n".utf8)
        } catch {
            // Plain strings always encode; should they not, the code alone is still JSON and still a refusal.
            return Data("{\"error\":{\"code\":\"\(refusal.code.rawValue)\",\"message\":\"refused\"}}\n".utf8)
        }
    }
}
