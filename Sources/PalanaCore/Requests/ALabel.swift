/// Internationalised labels (RFC 5890): `xn--` and Punycode (RFC 3492).
enum ALabel {
    /// True for a label without `xn--`, and for one whose rest decodes to text with at least one character beyond
    /// ASCII and no control character. `label` is lower case.
    static func isValidOrPlain(_ label: ArraySlice<UInt8>) -> Bool {
        guard label.starts(with: Array("xn--".utf8)) else { return true }
        guard let scalars = decode(label.dropFirst(4)) else { return false }
        return scalars.contains { $0 > 0x7F } && !scalars.contains { (0x80...0x9F).contains($0) }
    }

    /// RFC 3492, section 6.2. nil when the input is no Punycode.
    static func decode(_ input: ArraySlice<UInt8>) -> [UInt32]? {
        var output: [UInt32] = []
        var rest = input
        if let delimiter = input.lastIndex(of: UInt8(ascii: "-")) {
            output = input[..<delimiter].map(UInt32.init)
            rest = input[(delimiter + 1)...]
        }
        guard !rest.isEmpty else { return nil }
        var code: UInt32 = 128
        var position: UInt32 = 0
        var bias: UInt32 = 72
        while !rest.isEmpty {
            let before = position
            guard let delta = integer(from: &rest, bias: bias) else { return nil }
            let (sum, overflow) = position.addingReportingOverflow(delta)
            guard !overflow else { return nil }
            let length = UInt32(output.count) + 1
            bias = adapt(delta: sum - before, length: length, first: before == 0)
            let (next, tooFar) = code.addingReportingOverflow(sum / length)
            guard !tooFar, next <= 0x10FFFF, !(0xD800...0xDFFF).contains(next) else { return nil }
            code = next
            position = sum % length
            output.insert(code, at: Int(position))
            position += 1
        }
        return output
    }

    private static func integer(from rest: inout ArraySlice<UInt8>, bias: UInt32) -> UInt32? {
        var result: UInt32 = 0
        var weight: UInt32 = 1
        var k: UInt32 = 36
        while true {
            guard let digit = rest.popFirst().flatMap(digit) else { return nil }
            let (product, overflow) = digit.multipliedReportingOverflow(by: weight)
            let (sum, overflow2) = result.addingReportingOverflow(product)
            guard !overflow, !overflow2 else { return nil }
            result = sum
            let threshold = k <= bias ? 1 : min(26, k - bias)
            if digit < threshold { return result }
            let (heavier, overflow3) = weight.multipliedReportingOverflow(by: 36 - threshold)
            guard !overflow3 else { return nil }
            weight = heavier
            k += 36
        }
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        if byte.isLower { return UInt32(byte) - 0x61 }
        return byte.isDigit ? UInt32(byte) - 0x30 + 26 : nil
    }

    private static func adapt(delta: UInt32, length: UInt32, first: Bool) -> UInt32 {
        var delta = first ? delta / 700 : delta / 2
        delta += delta / length
        var k: UInt32 = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }
}
