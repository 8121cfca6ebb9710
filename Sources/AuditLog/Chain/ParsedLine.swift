import Glibc

/// A line taken apart just as far as the chain needs, without trusting anything in it.
struct ParsedLine {
    var stamp: ChainStamp
    var seal: ChainHash
    /// Whether the seal belongs to these bytes.
    var isIntact: Bool
    /// Whether it says that it is a checkpoint.
    var isCheckpoint: Bool

    /// - Parameter line: without its newline.
    /// - Returns: nil when it isn't shaped like a line of ours.
    init?(_ line: ArraySlice<UInt8>) {
        let tail = AuditLine.sealMark.utf8.count + ChainHash.length + AuditLine.end.utf8.count
        guard line.count > tail else { return nil }
        var ending = ByteCursor(line[(line.endIndex - tail)...])
        guard ending.take(AuditLine.sealMark), let seal = ending.takeHash(), ending.take(AuditLine.end) else {
            return nil
        }
        guard let start = endOfChainMark(in: line) else { return nil }
        var cursor = ByteCursor(line[start...])
        guard let boot = cursor.takeWord(), cursor.take(#"","prev":""#), let previous = cursor.takeHash(),
            cursor.take(#"","replica":""#), let replica = cursor.takeWord(), cursor.take(#"","seq":"#),
            let sequence = cursor.takeNumber(), cursor.take(#"},"palana":"#)
        else { return nil }
        self.seal = seal
        stamp = ChainStamp(boot: boot, previous: previous, replica: replica, sequence: sequence)
        isIntact = AuditLine.seal(of: line[..<(line.endIndex - tail)]) == seal
        isCheckpoint = cursor.take(#"{"action":"checkpoint","checkpoint":{"#)
    }
}

/// Where the part after the chain's mark begins. In a line of ours the mark can't be inside a string: the quotes in it
/// would carry backslashes there.
private func endOfChainMark(in bytes: ArraySlice<UInt8>) -> Int? {
    var mark = AuditLine.chainMark
    // Braces are rare, so they are what is searched for.
    let lead = AuditLine.chainMark.utf8.prefix { $0 != UInt8(ascii: "{") }.count
    return bytes.withUnsafeBytes { line in
        mark.withUTF8 { mark in
            guard let start = line.baseAddress, let wanted = mark.baseAddress else { return nil }
            var place = lead
            while place < line.count, let brace = memchr(start + place, 0x7B, line.count - place) {
                let begin = UnsafeRawPointer(brace) - start - lead
                let rest = line.count - begin
                if rest >= mark.count, memcmp(start + begin, wanted, mark.count) == 0 {
                    return bytes.startIndex + begin + mark.count
                }
                place = begin + lead + 1
            }
            return nil
        }
    }
}

/// Reads expected text off the front of some bytes.
private struct ByteCursor {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func take(_ text: String) -> Bool {
        var text = text
        let matches = text.withUTF8 { wanted in
            rest.withUnsafeBytes { there in
                guard there.count >= wanted.count, let one = there.baseAddress, let other = wanted.baseAddress else {
                    return false
                }
                return memcmp(one, other, wanted.count) == 0
            }
        }
        if matches { rest = rest.dropFirst(text.utf8.count) }
        return matches
    }

    mutating func takeHash() -> ChainHash? {
        let text = String(decoding: rest.prefix(ChainHash.length), as: UTF8.self)
        rest = rest.dropFirst(ChainHash.length)
        return ChainHash(rawValue: text)
    }

    /// Letters, digits, dots and dashes, at most 63; ends before anything else.
    mutating func takeWord() -> String? {
        let word = rest.prefix(63).prefix { ReplicaName.isAllowed($0) }
        rest = rest.dropFirst(word.count)
        return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
    }

    mutating func takeNumber() -> Int? {
        let digits = rest.prefix(19).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        rest = rest.dropFirst(digits.count)
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
