/// The path of a request for matching; the original bytes are what is forwarded (signatures!).
///
/// `%2F` stays data inside a segment. Refused, since servers read them differently: `.` and `..` segments (also after
/// one or two decodings, between encoded slashes and with `;parameters`), `%00`, backslashes, escapes that are none.
public struct RequestPath: Hashable, Sendable {
    /// For rules: escapes of unreserved and harmless characters decoded, the others in upper case, `//` merged.
    public let matching: String
    /// As a lenient server might read it (decoded twice, `;parameters` dropped, slashes merged); deny rules apply to
    /// this reading too. Equal to `matching` for ordinary paths.
    public let lenient: String
    /// The path has `//`: only rules for `/**` allow it.
    public let hasEmptySegment: Bool
    /// What follows `?`, as sent.
    public let query: String?

    /// Longer targets are refused, in bytes.
    public static let maximumLength = 16_384

    /// - Parameter target: origin-form (`/path?query`).
    /// - Throws: `malformed_request`.
    public init(target: String) throws(Refusal) {
        let bytes = Array(target.utf8)
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= RequestPath.maximumLength else {
            throw .malformed(
                "the path must begin with / and have at most \(RequestPath.maximumLength) bytes",
                hint: "send an ordinary path; OPTIONS * is not supported yet")
        }
        let mark = bytes.firstIndex(of: UInt8(ascii: "?"))
        query = mark.map { String(decoding: bytes[($0 + 1)...], as: UTF8.self) }
        let path = bytes[..<(mark ?? bytes.endIndex)]
        guard !bytes.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "#") }) else {
            throw .malformed(
                "the path holds a space, a control character, # or a character beyond ASCII", hint: "percent-encode it")
        }
        if RequestPath.isOrdinary(path) {
            matching = String(decoding: path, as: UTF8.self)
            lenient = matching
            hasEmptySegment = false
        } else {
            let read = try RequestPath.read(path)
            matching = read.matching
            lenient = read.lenient
            hasEmptySegment = read.hasEmptySegment
        }
    }

    /// No escape, parameter, backslash, `//` or segment that starts with a dot: nothing to decide.
    private static func isOrdinary(_ path: ArraySlice<UInt8>) -> Bool {
        var previous: UInt8 = 0
        for byte in path {
            switch byte {
            case UInt8(ascii: "%"), UInt8(ascii: ";"), UInt8(ascii: "\\"): return false
            case UInt8(ascii: "/"), UInt8(ascii: "."): if previous == UInt8(ascii: "/") { return false }
            default: break
            }
            previous = byte
        }
        return true
    }

    private static func read(
        _ path: ArraySlice<UInt8>
    ) throws(Refusal) -> (matching: String, lenient: String, hasEmptySegment: Bool) {
        guard PercentCoding.isValid(path) else {
            throw .malformed("the path holds a % that is no escape", hint: "write a literal % as %25")
        }
        let once = PercentCoding.decoded(path)
        let twice = PercentCoding.decoded(once)
        for reading in [Array(path), once, twice] { try checkReading(reading) }
        let merged = mergingSlashes(path)
        let lenient = segments(of: twice).map(withoutParameters).filter { !$0.isEmpty }
        let slash = path.count > 1 && path.last == UInt8(ascii: "/") ? "/" : ""
        return (
            text(normalisingEscapes(merged)),
            lenient.isEmpty ? "/" : lenient.map { "/" + text($0) }.joined() + slash,
            merged.count != path.count
        )
    }

    private static func checkReading(_ reading: [UInt8]) throws(Refusal) {
        guard !reading.contains(0), !reading.contains(UInt8(ascii: "\\")) else {
            throw .malformed("the path holds a NUL byte or a backslash", hint: "remove it")
        }
        let dots = segments(of: reading).map(withoutParameters).contains {
            $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8)
        }
        guard !dots else {
            throw .malformed("the path holds a . or .. segment", hint: "send the path that it leads to")
        }
    }

    private static func segments(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }

    private static func withoutParameters(_ segment: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        segment.prefix { $0 != UInt8(ascii: ";") }
    }

    private static func mergingSlashes(_ path: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in path where !(byte == UInt8(ascii: "/") && result.last == UInt8(ascii: "/")) { result.append(byte) }
        return result
    }

    /// RFC 3986, section 6.2.2: decodes what means the same either way; `/ % ? # ;` and what is no text stay encoded.
    private static func normalisingEscapes(_ path: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < path.count {
            guard let byte = PercentCoding.escape(in: path, at: index) else {
                result.append(path[index])
                index += 1
                continue
            }
            if byte.isUnreserved || harmless.contains(byte) {
                result.append(byte)
            } else {
                result += [UInt8(ascii: "%"), HexDigits.upper[Int(byte >> 4)], HexDigits.upper[Int(byte & 15)]]
            }
            index += 3
        }
        return result
    }

    private static let harmless = Set("!$&'()*+,=:@".utf8)

    private static func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
