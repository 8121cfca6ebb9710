import Foundation

/// Errors as `opa --format json` writes them.
struct RegoErrors: Decodable {
    struct Entry: Decodable, Sendable {
        struct Place: Decodable, Sendable {
            let row: Int?
        }
        let message: String
        let code: String?
        let location: Place?
    }

    let errors: [Entry]

    /// What is wrong in the first line with errors, as one: OPA names them in an order that changes.
    static func first(_ json: String) -> Entry? {
        let errors = (try? JSONDecoder().decode(RegoErrors.self, from: Data(json.utf8)))?.errors ?? []
        let row = errors.map { $0.location?.row ?? 0 }.min()
        let here = errors.filter { ($0.location?.row ?? 0) == row }
        return here.first.map { first in
            let messages = Set(here.map(\.message)).sorted().prefix(5).joined(separator: "; ")
            return Entry(message: messages, code: first.code, location: first.location)
        }
    }
}

/// One line of `opa test --format json`.
struct RegoTestResult: Decodable, Sendable {
    let name: String
    let package: String?
    let location: Place?
    let fail: Bool?
    let skip: Bool?
    let error: RegoTree?

    struct Place: Decodable, Sendable {
        let file: String?
        let row: Int?
    }

    var passed: Bool { fail != true && error == nil }

    static func list(_ json: String) -> [RegoTestResult] {
        (try? JSONDecoder().decode([RegoTestResult].self, from: Data(json.utf8))) ?? []
    }
}
