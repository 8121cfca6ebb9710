import Foundation
import PalanaCore

enum Decoding {
    static func limits(_ json: String) throws -> Resources.Limits {
        try JSONDecoder().decode(Resources.Limits.self, from: Data(json.utf8))
    }
}
