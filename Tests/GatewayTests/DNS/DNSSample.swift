import PalanaCore

@testable import Gateway

/// Messages by hand, and what is read of an answer.
enum DNSSample {
    static let zone: AgentZone = {
        // Literals that are addresses.
        let addresses = ["10.96.0.7", "10.1.2.3"].compactMap(IPAddress.init)
        return AgentZone(port: 30_000, gateway: addresses[0], peers: ["worker.peer.palana.internal": addresses[1]])
    }()

    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// A query with the given parts in place of the usual ones.
    static func query(
        _ name: [UInt8], type: UInt16 = DNSType.a, recordClass: UInt16 = 1, id: UInt16 = 0xBEEF,
        flags: UInt16 = 0x0100, counts: [UInt16] = [1, 0, 0, 0], behind: [UInt8] = []
    ) -> [UInt8] {
        ([id, flags] + counts).flatMap(bytes) + name + bytes(type) + bytes(recordClass) + behind
    }

    static func query(_ name: String, type: UInt16 = DNSType.a) -> [UInt8] { query(self.name(name), type: type) }

    /// An OPT record (RFC 6891, section 6.1.2).
    static func option(version: UInt8 = 0, size: UInt16 = 1_232, data: [UInt8] = []) -> [UInt8] {
        [0] + bytes(DNSType.option) + bytes(size) + [0, version, 0, 0] + bytes(UInt16(data.count)) + data
    }

    static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }
}

/// What stands in an answer.
struct DNSAnswer: Equatable {
    var id: UInt16
    var isAuthoritative: Bool
    var isRecursive: Bool
    var code: Int
    var questions: Int
    var address: [UInt8]?
    var hasOption: Bool

    init?(_ bytes: [UInt8]?) {
        guard let bytes, bytes.count >= 12, bytes[2] & 0x80 != 0 else { return nil }
        id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        isAuthoritative = bytes[2] & 4 != 0
        isRecursive = bytes[3] & 0x80 != 0
        code = Int(bytes[3] & 0xF)
        questions = Int(bytes[5])
        hasOption = bytes[11] == 1
        let end = hasOption ? bytes.count - 11 : bytes.count
        if hasOption { code |= Int(bytes[end + 5]) << 4 }
        address = bytes[7] == 1 ? Array(bytes[(end - 4)..<end]) : nil
    }
}
