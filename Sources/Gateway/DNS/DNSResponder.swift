import PalanaCore

/// Answers one message for one agent: bytes in, bytes out, nobody asked.
struct DNSResponder: Sendable {
    let names: DNSNames

    /// nil: no answer at all.
    func answer(to message: [UInt8], in zone: AgentZone) -> [UInt8]? {
        switch DNSReading(message) {
        case .none: nil
        case .faulty(let head, let code, let hasEDNS): DNSMessage(head, code, hasEDNS: hasEDNS).bytes
        case .query(let query): answer(query, zone).bytes
        }
    }

    private func answer(_ query: DNSQuery, _ zone: AgentZone) -> DNSMessage {
        guard query.recordClass == 1 else { return DNSMessage(query, .refused) }
        switch query.type {
        case DNSType.a:
            guard let address = names.address(of: query.name, in: zone), address.isIPv4 else {
                return DNSMessage(query, .noSuchName)
            }
            return DNSMessage(query, .noError, address: address)
        // There is the name, but nothing of this type: a program then takes the IPv4 address, over TCP.
        case DNSType.aaaa, DNSType.https, DNSType.svcb:
            return DNSMessage(query, names.address(of: query.name, in: zone) == nil ? .noSuchName : .noError)
        case DNSType.pointer where query.name.labels?.last == "arpa": return DNSMessage(query, .noSuchName)
        default: return DNSMessage(query, .refused)
        }
    }
}
