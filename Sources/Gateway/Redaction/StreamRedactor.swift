import Foundation

/// Replaces needles in a stream of bytes, the leftmost first and of those the longest, however the stream is cut into
/// chunks. What is held back is only what may still become a needle: never more than the longest one.
struct StreamRedactor: Sendable {
    /// What stands in a needle's place.
    enum Style: Sendable {
        /// Its stand-in; the length changes.
        case replacement
        /// As many `*`; for upgraded streams, whose frames carry their length.
        case equalLength
    }

    private struct Found {
        var start: Int
        var end: Int
        var needle: Int
    }

    private let automaton: NeedleAutomaton
    private let style: Style
    /// Read but not yet released.
    private var held: [UInt8] = []
    private var node = NeedleAutomaton.root
    private var pending: Found?

    init(_ automaton: NeedleAutomaton, style: Style = .replacement) {
        self.automaton = automaton
        self.style = style
    }

    /// How many bytes wait for the next chunk.
    var heldBytes: Int { held.count }

    /// Takes the next bytes; returns what is sure.
    mutating func write(_ chunk: Data) -> Data {
        guard !chunk.isEmpty else { return chunk }
        guard held.isEmpty else {
            var all = held
            all.append(contentsOf: chunk)
            return Data(all.withUnsafeBufferPointer { scan($0, from: held.count, isLast: false) ?? Array($0) })
        }
        let output = chunk.withUnsafeBytes { scan($0.assumingMemoryBound(to: UInt8.self), from: 0, isLast: false) }
        return output.map { Data($0) } ?? chunk
    }

    /// The end of the stream: what was held back.
    mutating func finish() -> Data {
        let rest = held
        return Data(rest.withUnsafeBufferPointer { scan($0, from: $0.count, isLast: true) ?? Array($0) })
    }

    /// - Parameter from: where the unread bytes begin; before it stands what was held.
    /// - Returns: the bytes to release, nil when these are all of `text` as it is.
    private mutating func scan(_ text: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool) -> [UInt8]? {
        var output: [UInt8] = []
        var released = 0
        var index = start
        while true {
            while index < text.count {
                if node == NeedleAutomaton.root, pending == nil, !automaton.startsNeedle(text[index]) {
                    index += 1
                    continue
                }
                read(text[index], endingAt: index + 1)
                index += 1
                if let found = pending, index - Int(automaton.depth[Int(node)]) > found.start {
                    index = replace(found, in: text, &output, &released)
                }
            }
            guard isLast, let found = pending else { break }
            index = replace(found, in: text, &output, &released)
        }
        let sure = isLast ? text.count : pending?.start ?? text.count - Int(automaton.depth[Int(node)])
        return release(text, upTo: sure, output, released)
    }

    private mutating func read(_ byte: UInt8, endingAt end: Int) {
        node = automaton.step(node, byte)
        let needle = Int(automaton.match[Int(node)])
        guard needle >= 0 else { return }
        let start = end - automaton.needles[needle].bytes.count
        if let found = pending, found.start < start { return }
        pending = Found(start: start, end: end, needle: needle)
    }

    /// Puts the stand-in out and goes back to just behind the needle: bytes read since belong to what follows.
    private mutating func replace(
        _ found: Found, in text: UnsafeBufferPointer<UInt8>, _ output: inout [UInt8], _ released: inout Int
    ) -> Int {
        output += text[released..<found.start]
        switch style {
        case .replacement: output += automaton.needles[found.needle].replacement
        case .equalLength: output += Array(repeating: UInt8(ascii: "*"), count: found.end - found.start)
        }
        released = found.end
        pending = nil
        node = NeedleAutomaton.root
        return found.end
    }

    private mutating func release(
        _ text: UnsafeBufferPointer<UInt8>, upTo sure: Int, _ output: [UInt8], _ released: Int
    ) -> [UInt8]? {
        held = Array(text[sure...])
        if let found = pending {
            pending = Found(start: found.start - sure, end: found.end - sure, needle: found.needle)
        }
        if released == 0, output.isEmpty, sure == text.count { return nil }
        return output + text[released..<sure]
    }
}
