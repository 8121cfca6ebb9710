import Foundation
import Testing

extension Command {
    /// The number of a process that a shell has written into `file`, as soon as it is there.
    static func process(in file: String) async throws -> Int32 {
        var process: Int32?
        try await eventually("\(file) holds a process") {
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
            return process != nil
        }
        return try #require(process)
    }
}
