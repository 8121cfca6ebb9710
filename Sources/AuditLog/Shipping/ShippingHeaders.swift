import PalanaCore

/// The headers that requests to the receiver carry, such as its authorization: from a file, never from arguments.
enum ShippingHeaders {
    typealias Header = (name: String, value: Secret<String>)

    /// Those of a file of `Name: value` lines; empty lines and those that begin with `#` are passed over.
    static func read(_ path: String) throws(AuditFailure) -> [Header] {
        let bytes: [UInt8]?
        do {
            bytes = try SmallFile.read(path)
        } catch {
            throw AuditFailure("The headers for the receiver of audit records can't be read. \(error.sentence)")
        }
        guard let bytes else {
            throw AuditFailure("The headers for the receiver of audit records: there is no \(path)")
        }
        var headers: [Header] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = trimmed(line)
            guard let first = text.first, first != UInt8(ascii: "#") else { continue }
            guard let header = parse(text) else {
                throw AuditFailure(
                    "\(path):\(index + 1): 'Name: value' in visible ASCII is expected, and none of "
                        + reserved.joined(separator: ", "))
            }
            headers.append(header)
        }
        return headers
    }

    /// What the request itself says.
    private static let reserved = ["content-type", "content-length", "content-encoding", "transfer-encoding", "host"]

    private static func parse(_ line: ArraySlice<UInt8>) -> Header? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = line[..<colon]
        let value = trimmed(line[(colon + 1)...])
        guard !name.isEmpty, name.allSatisfy(isTokenCharacter), !value.isEmpty,
            value.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x09 })
        else { return nil }
        let text = String(decoding: name, as: UTF8.self)
        return reserved.contains(text.lowercased()) ? nil : (text, Secret(String(decoding: value, as: UTF8.self)))
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        let start = bytes.drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return [] }
        return start[...end]
    }

    /// RFC 9110, 5.6.2.
    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
