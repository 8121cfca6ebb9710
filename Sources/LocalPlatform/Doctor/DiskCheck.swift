internal import Foundation

/// Free space where the state folder is or will be: audit and OpenBao keep a reserve, and a full disk ends in refusals.
struct DiskCheck: DoctorCheck {
    var folder: String
    /// Bytes below which the platform isn't worth starting.
    var least: Int64 = 256 << 20
    /// Bytes below which workspaces get tight.
    var comfortable: Int64 = 2 << 30

    private static let name = "disk"

    func findings() async -> [DoctorFinding] {
        let place = StateFolderCheck.nearestFolder(of: folder)
        do {
            let attributes = try FileManager.default.attributesOfFileSystem(forPath: place)
            guard let free = (attributes[.systemFreeSize] as? NSNumber)?.int64Value else {
                return [DoctorFinding(Self.name, .warning, "the file system of \(place) doesn't say how much is free")]
            }
            return [finding(free: free, place: place)]
        } catch {
            return [
                DoctorFinding(
                    Self.name, .warning, "can't ask how much is free at \(place): \(error.localizedDescription)")
            ]
        }
    }

    private func finding(free: Int64, place: String) -> DoctorFinding {
        let detail = "\(free >> 20) MiB free at \(place)"
        let mend = "free some space, or choose another disk with --state"
        if free < least {
            return DoctorFinding(Self.name, .missing, "\(detail), at least \(least >> 20) are needed", mend: mend)
        }
        if free < comfortable {
            return DoctorFinding(Self.name, .warning, "\(detail): agents are paused when it runs low", mend: mend)
        }
        return DoctorFinding(Self.name, .ok, detail)
    }
}
