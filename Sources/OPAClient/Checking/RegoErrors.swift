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

    static func first(_ json: String) -> Entry? {
        (try? JSONDecoder().decode(RegoErrors.self, from: Data(json.utf8)))?.errors.first
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
