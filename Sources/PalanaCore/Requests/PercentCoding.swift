/// Percent-encoding (RFC 3986, section 2.1) over bytes.
package enum PercentCoding {
    /// Whether each `%` is followed by two hexadecimal digits.
    package static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else { continue }
            guard let high = rest.next(), high.hexValue != nil, let low = rest.next(), low.hexValue != nil else {
                return false
            }
        }
        return true
    }

    /// Decodes once; an escape that is none stays as it is.
    package static func decoded(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let source = Array(bytes)
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            if let byte = escape(in: source, at: index) {
                result.append(byte)
                index += 3
            } else {
                result.append(source[index])
                index += 1
            }
        }
        return result
    }

    /// The byte that the escape at `index` stands for, or nil when there is none.
    package static func escape(in bytes: [UInt8], at index: Int) -> UInt8? {
        guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = bytes[index + 1].hexValue,
            let low = bytes[index + 2].hexValue
        else { return nil }
        return high << 4 | low
    }

    /// Encodes everything but unreserved characters.
    package static func encoded(_ bytes: some Collection<UInt8>, digits: [UInt8] = HexDigits.upper) -> [UInt8] {
        var result: [UInt8] = []
        for byte in bytes {
            if byte.isUnreserved {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "%"))
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
        return result
    }
}
