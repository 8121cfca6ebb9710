import PalanaCore

/// A domain name as it stood in a question: its bytes, which are given back as they came (resolvers mix upper and lower
/// case to know their answers again), and its labels to decide by.
struct DNSName: Hashable, Sendable {
    /// Length bytes, labels and the final zero (RFC 1035, section 3.1).
    let wire: [UInt8]
    /// In lower case; a byte that no host name has makes the name unreadable (nil), which no answer fits.
    let labels: [String]?

    private static let longest = 255

    /// - Parameters:
    ///   - bytes: a whole message.
    ///   - offset: where the name begins; afterwards the first byte behind it.
    /// - Returns: nil for what is no name in full. A question is the first name of its message, so there is nothing that
    ///   it could point back to: compression (RFC 1035, section 4.1.4) is taken for no name, and can't loop.
    init?(_ bytes: ArraySlice<UInt8>, at offset: inout Int) {
        let start = offset
        var labels: [String]? = []
        while true {
            guard offset < bytes.endIndex, offset - start < Self.longest else { return nil }
            let length = Int(bytes[offset])
            guard length < 0x40, offset + 1 + length <= bytes.endIndex else { return nil }
            let label = bytes[(offset + 1)..<(offset + 1 + length)]
            offset += 1 + length
            if length == 0 { break }
            labels = Self.text(label).flatMap { text in labels.map { $0 + [text] } }
        }
        guard offset - start <= Self.longest else { return nil }
        wire = Array(bytes[start..<offset])
        self.labels = labels
    }

    /// Letters, digits and hyphens (RFC 1123, section 2.1), and the underscore that some hosts have all the same.
    private static func text(_ label: ArraySlice<UInt8>) -> String? {
        guard label.allSatisfy({ $0.isAlphanumeric || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }) else {
            return nil
        }
        return String(decoding: label.map(\.lowercased), as: UTF8.self)
    }
}
