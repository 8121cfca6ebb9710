import PalanaCore

/// Whose chain a file holds; part of file names and of each line: 1 to 63 characters of `a-z0-9.-`.
enum ReplicaName {
    static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }

    static func check(_ name: String) throws(AuditFailure) {
        let sound = (1...63).contains(name.utf8.count) && name.utf8.allSatisfy(isAllowed) && !name.hasPrefix(".")
        guard sound else {
            throw AuditFailure(
                "Audit replica id '\(AuditText.harmless(name, limit: 80))' must be 1 to 63 characters of a-z, 0-9, dot and dash"
            )
        }
    }
}
