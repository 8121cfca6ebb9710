internal import Foundation

/// Unicode host names as A-labels, to suggest what to write instead (RFC 3492). No IDNA mapping beyond lower case and
/// composed letters, so only for messages.
enum Punycode {
    /// `bücher.example` as `xn--bcher-kva.example`; nil when it can't be said.
    static func aLabels(of host: String) -> String? {
        let mapped = host.lowercased().precomposedStringWithCanonicalMapping
        var labels: [String] = []
        for label in mapped.split(separator: ".", omittingEmptySubsequences: false) {
            if label.utf8.allSatisfy({ $0 < 0x80 }) {
                labels.append(String(label))
            } else {
                guard let encoded = encoded(label.unicodeScalars.map(\.value)) else { return nil }
                labels.append("xn--\(encoded)")
            }
        }
        return labels.joined(separator: ".")
    }

    private static func encoded(_ input: [UInt32]) -> String? {
        guard input.count <= 63 else { return nil }
        var output = input.filter { $0 < 0x80 }.map { UInt8($0) }
        let basic = output.count
        if basic > 0 { output.append(UInt8(ascii: "-")) }
        var (next, delta, bias, handled) = (UInt32(128), 0, 72, basic)
        while handled < input.count {
            guard let smallest = input.filter({ $0 >= next }).min() else { return nil }
            delta += Int(smallest - next) * (handled + 1)
            next = smallest
            for value in input {
                if value < next { delta += 1 }
                guard value == next else { continue }
                output += digits(of: delta, bias: bias)
                bias = adapted(delta, points: handled + 1, isFirst: handled == basic)
                (delta, handled) = (0, handled + 1)
            }
            (delta, next) = (delta + 1, next + 1)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digits(of number: Int, bias: Int) -> [UInt8] {
        var (rest, position, result) = (number, 36, [UInt8]())
        while true {
            let threshold = min(max(position - bias, 1), 26)
            guard rest >= threshold else { return result + [digit(rest)] }
            result.append(digit(threshold + (rest - threshold) % (36 - threshold)))
            rest = (rest - threshold) / (36 - threshold)
            position += 36
        }
    }

    private static func digit(_ value: Int) -> UInt8 {
        UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26)
    }

    private static func adapted(_ delta: Int, points: Int, isFirst: Bool) -> Int {
        var rest = isFirst ? delta / 700 : delta / 2
        rest += rest / points
        var bias = 0
        while rest > 455 {
            rest /= 35
            bias += 36
        }
        return bias + 36 * rest / (rest + 38)
    }
}
