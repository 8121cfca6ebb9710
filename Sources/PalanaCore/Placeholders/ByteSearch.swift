/// Finding and replacing short texts in bytes, without regular expressions.
package enum ByteSearch {
    package static func firstIndex(
        of needle: [UInt8], in text: UnsafeBufferPointer<UInt8>, from start: Int = 0
    ) -> Int? {
        guard let first = needle.first, text.count >= needle.count else { return nil }
        let end = text.count - needle.count
        var index = start
        while index <= end {
            if text[index] == first, matches(needle, text, at: index) { return index }
            index += 1
        }
        return nil
    }

    package static func contains(_ needle: [UInt8], in text: UnsafeBufferPointer<UInt8>) -> Bool {
        firstIndex(of: needle, in: text) != nil
    }

    /// Every occurrence replaced, from the left.
    package static func replacing(_ needle: [UInt8], with replacement: [UInt8], in text: [UInt8]) -> [UInt8] {
        text.withUnsafeBufferPointer { buffer in
            var result: [UInt8] = []
            var done = 0
            while let found = firstIndex(of: needle, in: buffer, from: done) {
                result += buffer[done..<found]
                result += replacement
                done = found + needle.count
            }
            result += buffer[done...]
            return result
        }
    }

    @inline(__always)
    private static func matches(_ needle: [UInt8], _ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
        var offset = 1
        while offset < needle.count {
            if text[start + offset] != needle[offset] { return false }
            offset += 1
        }
        return true
    }
}
