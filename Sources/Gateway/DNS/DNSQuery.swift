/// The codes of answers that are given (RFC 1035, section 4.1.1; RFC 6891, section 9).
enum DNSCode: UInt8, Sendable {
    case noError = 0
    case formatError = 1
    case noSuchName = 3
    case notImplemented = 4
    case refused = 5
    /// Higher bits stand in the OPT record, so that it needs one.
    case badVersion = 16
}

/// One question and what of its message an answer has to repeat.
struct DNSQuery: Hashable, Sendable {
    var head: DNSHead
    var name: DNSName
    var type: UInt16
    /// 1 is the Internet's; there are no others to speak of.
    var recordClass: UInt16
    /// There was an OPT record, so the answer has one.
    var hasEDNS = false
}

/// The first four bytes of a message (RFC 1035, section 4.1.1).
struct DNSHead: Hashable, Sendable {
    static let size = 12

    var id: UInt16
    var opcode: UInt8
    var wantsRecursion: Bool
}

/// What there is to make of a message.
enum DNSReading: Hashable, Sendable {
    case query(DNSQuery)
    /// Answered with the code and no more, under this head.
    case faulty(DNSHead, DNSCode, hasEDNS: Bool = false)
    /// Not answered at all: no head, or an answer itself, which answering could go on for ever.
    case none

    /// Reads a message of one question, and an OPT record at most besides. Nothing else is a query to a stub's server.
    init(_ message: [UInt8]) {
        self = Self.read(message[...])
    }

    private static func read(_ bytes: ArraySlice<UInt8>) -> DNSReading {
        guard bytes.count >= DNSHead.size, bytes[2] & 0x80 == 0 else { return .none }
        let head = DNSHead(
            id: bytes.number(at: 0), opcode: bytes[2] >> 3 & 0xF, wantsRecursion: bytes[2] & 1 != 0)
        guard bytes.count <= DNSMessage.largest else { return .faulty(head, .formatError) }
        guard head.opcode == 0 else { return .faulty(head, .notImplemented) }
        let counts = (bytes.number(at: 4), bytes.number(at: 6), bytes.number(at: 8), bytes.number(at: 10))
        guard counts.0 == 1, counts.1 == 0, counts.2 == 0, counts.3 <= 1 else { return .faulty(head, .formatError) }
        var offset = DNSHead.size
        guard let name = DNSName(bytes, at: &offset), offset + 4 <= bytes.endIndex else {
            return .faulty(head, .formatError)
        }
        var query = DNSQuery(
            head: head, name: name, type: bytes.number(at: offset), recordClass: bytes.number(at: offset + 2))
        offset += 4
        if counts.3 == 1 {
            switch option(bytes, at: &offset) {
            case nil: return .faulty(head, .formatError)
            case .some(0): query.hasEDNS = true
            case .some: return .faulty(head, .badVersion, hasEDNS: true)
            }
        }
        return offset == bytes.endIndex ? .query(query) : .faulty(head, .formatError)
    }

    /// The version of the OPT record at `offset` (RFC 6891, section 6.1); nil when it is no such record. What options it
    /// carries is all the same.
    private static func option(_ bytes: ArraySlice<UInt8>, at offset: inout Int) -> UInt8? {
        guard offset + 11 <= bytes.endIndex, bytes[offset] == 0, bytes.number(at: offset + 1) == DNSType.option else {
            return nil
        }
        let version = bytes[offset + 6]
        offset += 11 + Int(bytes.number(at: offset + 9))
        return offset <= bytes.endIndex ? version : nil
    }
}

/// Types of records (IANA, "DNS Parameters").
enum DNSType {
    static let a: UInt16 = 1
    static let pointer: UInt16 = 12
    static let aaaa: UInt16 = 28
    static let option: UInt16 = 41
    static let svcb: UInt16 = 64
    static let https: UInt16 = 65
}

extension ArraySlice<UInt8> {
    fileprivate func number(at index: Int) -> UInt16 { UInt16(self[index]) << 8 | UInt16(self[index + 1]) }
}
