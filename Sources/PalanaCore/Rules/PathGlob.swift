/// Globs of `paths:`: `*` is any text within one segment, `**` as a whole segment is any number of segments, also none.
/// The policy evaluates them for requests; the gateway only to widen deny rules to a path's lenient reading.
public enum PathGlob {
    public static func matches(_ glob: String, _ path: String) -> Bool {
        let segments = { (text: String) in
            text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        }
        return matches(segments(glob)[...], segments(path)[...])
    }

    private static func matches(_ glob: ArraySlice<Substring.UTF8View>, _ path: ArraySlice<Substring.UTF8View>) -> Bool
    {
        // Two pointers with one way back, so that no glob takes more than glob × path steps.
        var glob = glob
        var path = path
        var back: (glob: ArraySlice<Substring.UTF8View>, path: ArraySlice<Substring.UTF8View>)?
        while true {
            if let head = glob.first, head.elementsEqual("**".utf8) {
                glob = glob.dropFirst()
                back = (glob, path)
            } else if let head = glob.first, let segment = path.first, matchesSegment(head, segment) {
                glob = glob.dropFirst()
                path = path.dropFirst()
            } else if glob.isEmpty, path.isEmpty {
                return true
            } else if let retry = back, !retry.path.isEmpty {
                glob = retry.glob
                path = retry.path.dropFirst()
                back = (glob, path)
            } else {
                return false
            }
        }
    }

    private static func matchesSegment(_ glob: Substring.UTF8View, _ segment: Substring.UTF8View) -> Bool {
        let pattern = Array(glob)
        let text = Array(segment)
        var (p, t) = (0, 0)
        var back: (p: Int, t: Int)?
        while t < text.count {
            if p < pattern.count, pattern[p] == UInt8(ascii: "*") {
                back = (p, t)
                p += 1
            } else if p < pattern.count, pattern[p] == text[t] {
                p += 1
                t += 1
            } else if let retry = back {
                back = (retry.p, retry.t + 1)
                p = retry.p + 1
                t = retry.t + 1
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
