import Foundation
import Glibc

/// The homes of the people of this machine: whoever runs the platform may be able to read all of them.
public enum HomeFolders {
    /// Homes of root and of accounts for people (passwd(5)), what lies in `/home`, and our own.
    public static func all() -> [String] {
        var folders: Set<String> = [NSHomeDirectory(), "/root", "/home"]
        let inHome = (try? FileManager.default.contentsOfDirectory(atPath: "/home")) ?? []
        folders.formUnion(inHome.map { "/home/\($0)" })
        setpwent()
        defer { endpwent() }
        while let entry = getpwent() {
            let home = String(cString: entry.pointee.pw_dir)
            if isPerson(entry.pointee.pw_uid) && home.hasPrefix("/") && home != "/" { folders.insert(home) }
        }
        return folders.sorted()
    }

    /// Accounts of services have homes such as /usr/sbin, which hold nobody's keys (Debian policy, 9.2.2).
    private static func isPerson(_ user: uid_t) -> Bool { user == 0 || (1000..<60_000).contains(user) }
}
