import Foundation

/// The other ways in which a known text may stand in a message.
package enum EncodedForms {
    /// What of the text's base64 doesn't depend on its neighbours, for its three alignments in a longer text (RFC 4648,
    /// sections 4 and 5; the URL-safe spelling only where it differs). Of the bits at either end up to four belong to
    /// characters shared with a neighbour; they aren't part of the form.
    package static func base64(_ bytes: [UInt8]) -> [[UInt8]] {
        var forms: [[UInt8]] = []
        for shift in 0..<3 {
            let padded = Array(repeating: UInt8(0), count: shift) + bytes
            let text = Array(Data(padded).base64EncodedData())
            let first = (shift * 8 + 5) / 6
            let end = padded.count * 8 / 6
            guard end > first else { continue }
            let form = Array(text[first..<end])
            forms.append(form)
            let safe = urlSafe(form)
            if safe != form { forms.append(safe) }
        }
        return forms
    }

    package static func urlSafe(_ base64: [UInt8]) -> [UInt8] {
        base64.map {
            switch $0 {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: $0
            }
        }
    }

    /// Lower and upper case.
    package static func hex(_ bytes: [UInt8]) -> [[UInt8]] {
        [HexDigits.lower, HexDigits.upper].map { digits in
            bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        }
    }
}
