internal import Foundation

/// The state folder: its owner, its mode and the length of its path. One that isn't there yet is fine when it can be made.
struct StateFolderCheck: DoctorCheck {
    var path: String
    var userID: UInt32

    private static let name = "state folder"

    func findings() async -> [DoctorFinding] { [finding()] }

    private func finding() -> DoctorFinding {
        do {
            _ = try StateFolder(path: path)
        } catch {
            return DoctorFinding(Self.name, .missing, error.description, mend: "palana up --state /tmp/palana")
        }
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return notThere() }
        guard attributes[.type] as? FileAttributeType == .typeDirectory else {
            return DoctorFinding(Self.name, .missing, "\(path) is not a folder", mend: "mv \(path) \(path).old")
        }
        guard let owner = attributes[.ownerAccountID] as? NSNumber, owner.uint32Value == userID else {
            let mend = "sudo chown -R \(userID) \(path)"
            return DoctorFinding(Self.name, .missing, "\(path) belongs to another user", mend: mend)
        }
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o777
        guard mode & 0o077 == 0 else {
            let octal = String(mode & 0o7777, radix: 8)
            return DoctorFinding(
                Self.name, .missing, "\(path) has mode \(octal): others can look into it", mend: "chmod 700 \(path)")
        }
        return DoctorFinding(Self.name, .ok, path)
    }

    private func notThere() -> DoctorFinding {
        let parent = Self.nearestFolder(of: path)
        if FileManager.default.isWritableFile(atPath: parent) {
            return DoctorFinding(Self.name, .ok, "\(path) will be made by palana up")
        }
        return DoctorFinding(
            Self.name, .missing, "\(path) can't be made: \(parent) isn't writable",
            mend: "sudo install -d -m 700 -o \(userID) \(path)")
    }

    /// The nearest folder above `path`, or `path` itself, that exists.
    static func nearestFolder(of path: String) -> String {
        var candidate = URL(fileURLWithPath: path).standardizedFileURL
        while candidate.path != "/" && !FileManager.default.fileExists(atPath: candidate.path) {
            candidate.deleteLastPathComponent()
        }
        return candidate.path
    }
}
