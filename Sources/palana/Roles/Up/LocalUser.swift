import Foundation
import Glibc

/// Who runs the platform: owner of agents that name none.
enum LocalUser {
    /// The login name, or `uid-N` for a user without one.
    static func name() -> String {
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name else { return "uid-\(geteuid())" }
        return String(cString: name)
    }
}
