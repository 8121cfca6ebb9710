/// An IPv6 address in any text form of RFC 4291, section 2.2; without a zone id, which names an interface of this
/// machine.
struct IPv6Literal: Hashable, CustomStringConvertible {
    /// Eight groups of 16 bits.
    let groups: [UInt16]

    /// - Parameter text: what stands between the brackets.
    init?(_ text: ArraySlice<UInt8>) {
        let string = String(decoding: text, as: UTF8.self)
        guard text.allSatisfy({ $0.hexValue != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
            return nil
        }
        guard let gap = IPv6Literal.gap(in: string) else {
            guard let all = IPv6Literal.groups(string[...], mayEndInIPv4: true), all.count == 8 else { return nil }
            groups = all
            return
        }
        let after = string[gap.upperBound...]
        guard IPv6Literal.gap(in: String(after)) == nil, !after.hasPrefix(":"),
            let head = IPv6Literal.groups(string[..<gap.lowerBound], mayEndInIPv4: false),
            let tail = IPv6Literal.groups(after, mayEndInIPv4: true), head.count + tail.count <= 7
        else { return nil }
        groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    /// The IPv4 address inside `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2).
    var mappedIPv4: IPv4Literal? {
        guard groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF else { return nil }
        return IPv4Literal(address: UInt32(groups[6]) << 16 | UInt32(groups[7]))
    }

    /// RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`.
    var description: String {
        let run = longestZeroRun
        guard run.count >= 2 else { return IPv6Literal.text(groups[...]) }
        return IPv6Literal.text(groups[..<run.lowerBound]) + "::" + IPv6Literal.text(groups[run.upperBound...])
    }

    private var longestZeroRun: Range<Int> {
        var best = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index + 1 - start > best.count {
                best = start..<(index + 1)
            }
        }
        return best
    }

    private static func gap(in text: String) -> Range<String.Index>? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" { return index..<text.index(after: next) }
            index = next
        }
        return nil
    }

    private static func text(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var result: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if part.contains(".") {
                guard mayEndInIPv4, index == parts.count - 1, let pair = ipv4Groups(part) else { return nil }
                result += pair
            } else {
                guard (1...4).contains(part.count), let group = UInt16(part, radix: 16) else { return nil }
                result.append(group)
            }
        }
        return result
    }

    private static func ipv4Groups(_ part: Substring) -> [UInt16]? {
        let bytes = Array(part.utf8)
        guard let address = IPv4Literal(bytes), Array(address.description.utf8) == bytes else { return nil }
        return [UInt16(address.address >> 16), UInt16(address.address & 0xFFFF)]
    }
}
