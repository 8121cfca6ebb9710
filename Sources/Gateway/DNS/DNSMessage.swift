import PalanaCore

/// An answer in its bytes.
///
/// At most 16 bytes longer than its question's message (an address; an OPT record only where there was one), and never
/// longer than one UDP datagram may be without EDNS: of no use to those who look for an amplifier.
struct DNSMessage: Hashable, Sendable {
    /// Of any message, either way: nothing that a stub resolver asks is longer (RFC 1035, section 4.2.1).
    static let largest = 512
    /// Seconds that an address holds. A Service may be made anew with another.
    static let lifetime: UInt32 = 30

    var head: DNSHead
    var code: DNSCode
    /// Left out where there was none that could be read.
    var query: DNSQuery?
    var address: IPAddress?
    var hasEDNS = false

    init(_ head: DNSHead, _ code: DNSCode, hasEDNS: Bool = false) {
        self.head = head
        self.code = code
        self.hasEDNS = hasEDNS
    }

    /// - Parameter address: IPv4.
    init(_ query: DNSQuery, _ code: DNSCode, address: IPAddress? = nil) {
        self.init(query.head, code, hasEDNS: query.hasEDNS)
        self.query = query
        self.address = address
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(head.id)
        // QR and AA: this is an answer, and nobody knows better. RA too: stub resolvers take an answer without an address
        // for that of a lame server else, and ask the next one.
        bytes.append(0x84 | head.opcode << 3 | (head.wantsRecursion ? 1 : 0))
        bytes.append(0x80 | code.rawValue & 0xF)
        bytes.append(UInt16(query == nil ? 0 : 1))
        bytes.append(UInt16(address == nil ? 0 : 1))
        bytes.append(UInt16(0))
        bytes.append(UInt16(hasEDNS ? 1 : 0))
        if let query {
            bytes += query.name.wire
            bytes.append(query.type)
            bytes.append(query.recordClass)
        }
        if let address { bytes.append(address) }
        if hasEDNS { bytes.appendOption(code) }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ number: UInt16) {
        append(UInt8(number >> 8))
        append(UInt8(number & 0xFF))
    }

    /// An A record; its name is the question's, which always stands behind the head.
    fileprivate mutating func append(_ address: IPAddress) {
        append(0xC000 | UInt16(DNSHead.size))
        append(DNSType.a)
        append(UInt16(1))
        append(UInt16(DNSMessage.lifetime >> 16))
        append(UInt16(DNSMessage.lifetime & 0xFFFF))
        append(UInt16(address.bytes.count))
        self += address.bytes
    }

    /// RFC 6891, section 6.1.2: no name, the type, how much we take, the code's higher bits, version 0, no flags, nothing.
    fileprivate mutating func appendOption(_ code: DNSCode) {
        append(UInt8(0))
        append(DNSType.option)
        append(UInt16(DNSMessage.largest))
        append(code.rawValue >> 4)
        append(contentsOf: [0, 0, 0, 0, 0])
    }
}
