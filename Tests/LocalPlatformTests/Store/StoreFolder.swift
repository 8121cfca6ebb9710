import Foundation

/// A private folder for one test, removed with it.
final class StoreFolder: Sendable {
    let path: String

    init() throws {
        path = "/tmp/pst\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit {
        // A folder that is left in /tmp harms nothing; there is nobody to tell here.
        try? FileManager.default.removeItem(atPath: path)
    }

    func mode(_ name: String = "") throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return attributes[.posixPermissions] as? Int ?? 0
    }

    /// Every file below, relative, sorted.
    func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path).sorted().filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
}
