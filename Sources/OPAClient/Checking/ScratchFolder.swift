import Foundation

/// A private folder that is gone afterwards, whatever happened.
enum ScratchFolder {
    static func with<Result: Sendable>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("palana-opa-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(folder)) } catch { outcome = .failure(error) }
        try FileManager.default.removeItem(at: folder)
        return try outcome.get()
    }
}
