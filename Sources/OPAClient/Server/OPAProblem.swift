import Foundation
import NIOCore

/// An error as OPA words it: a message and, for Rego that doesn't compile, where.
struct OPAProblem {
    private struct Body: Decodable {
        struct Entry: Decodable {
            struct Place: Decodable {
                var row: Int?
            }
            var message: String?
            var location: Place?
        }
        var code: String?
        var message: String?
        var errors: [Entry]?
    }

    let sentence: String

    init(_ answer: OPAServer.Answer) {
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(answer.body.readableBytesView)) else {
            sentence = "status \(answer.status), \(String(buffer: answer.body).prefix(200))"
            return
        }
        let details = (body.errors ?? []).compactMap { entry in
            entry.message.map { message in entry.location?.row.map { "line \($0): \(message)" } ?? message }
        }
        sentence = ([body.message ?? body.code ?? "an error"] + details).joined(separator: "; ")
    }
}
