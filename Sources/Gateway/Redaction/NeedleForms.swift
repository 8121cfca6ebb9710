import Foundation
import PalanaCore

/// A text that must not pass, and what stands in its place.
struct Needle: Hashable, Sendable {
    let bytes: [UInt8]
    let replacement: [UInt8]
}

/// All forms in which a value is looked for: as it is, percent-encoded, base64 in each alignment, hexadecimal,
/// JSON-escaped, in UTF-16. A value that an upstream hashes, encrypts or cuts up can't be found; the threat model
/// says so.
enum NeedleForms {
    static func needles(of injected: InjectedValue) -> [Needle] {
        let value = Array(injected.value.exposed.utf8)
        let stand = Array(injected.replacement.utf8)
        var forms: [Needle] = [Needle(bytes: value, replacement: stand)]
        forms += wholeBase64(value, stand)
        forms += EncodedForms.base64(value).filter { $0.count >= SecretValueRule.minimumBytes }
            .map { Needle(bytes: $0, replacement: stand) }
        forms += EncodedForms.hex(value).map { Needle(bytes: $0, replacement: stand) }
        forms += percent(value).map { Needle(bytes: $0, replacement: stand) }
        forms += everyByteEscaped(value).map { Needle(bytes: $0, replacement: stand) }
        forms += json(value).map { Needle(bytes: $0, replacement: stand) }
        forms += zip(utf16(value), utf16(stand)).map { Needle(bytes: $0, replacement: $1) }
        var seen: Set<[UInt8]> = []
        return forms.filter { !$0.bytes.isEmpty && seen.insert($0.bytes).inserted }
    }

    /// The value's own base64, with padding: replaced by the stand-in's base64, so that `Basic …` comes back as it
    /// was sent.
    private static func wholeBase64(_ value: [UInt8], _ stand: [UInt8]) -> [Needle] {
        let text = Array(Data(value).base64EncodedData())
        let other = Array(Data(stand).base64EncodedData())
        return [
            Needle(bytes: text, replacement: other),
            Needle(bytes: EncodedForms.urlSafe(text), replacement: EncodedForms.urlSafe(other)),
        ]
    }

    /// Encoders differ in which harmless characters they leave alone: all reserved ones encoded, and each of the two
    /// common sets of exceptions (`encodeURI`, form encoding).
    private static func percent(_ value: [UInt8]) -> [[UInt8]] {
        [HexDigits.upper, HexDigits.lower].flatMap { digits in
            ["", "!'()*", "!#$&'()*+,/:;=?@", "/", "*", "/:"].flatMap { kept in
                let kept = Set(kept.utf8)
                let text = value.flatMap { kept.contains($0) ? [$0] : PercentCoding.encoded([$0], digits: digits) }
                guard value.contains(UInt8(ascii: " ")) else { return [text] }
                return [text, ByteSearch.replacing(Array("%20".utf8), with: [UInt8(ascii: "+")], in: text)]
            }
        }
    }

    /// What no usual encoder does and every decoder undoes: each byte as `%XX`, each UTF-16 unit as `\uXXXX`.
    private static func everyByteEscaped(_ value: [UInt8]) -> [[UInt8]] {
        let units = Array(String(decoding: value, as: UTF8.self).utf16)
        return [HexDigits.lower, HexDigits.upper].flatMap { (digits: [UInt8]) -> [[UInt8]] in
            let bytes = value.flatMap { percentEscape($0, digits) }
            return [bytes, units.flatMap { jsonEscape($0, digits) }]
        }
    }

    private static func percentEscape(_ byte: UInt8, _ digits: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func jsonEscape(_ unit: UInt16, _ digits: [UInt8]) -> [UInt8] {
        [UInt8(ascii: "\\"), UInt8(ascii: "u")]
            + stride(from: 12, through: 0, by: -4).map { digits[Int(unit >> $0 & 15)] }
    }

    /// Little and big endian: an answer may be in any charset.
    private static func utf16(_ value: [UInt8]) -> [[UInt8]] {
        let units = Array(String(decoding: value, as: UTF8.self).utf16)
        return [
            units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] },
        ]
    }

    /// RFC 8259, section 7; with and without `\/`, characters beyond ASCII also as `\uXXXX`, `<>&'` as some encoders
    /// do.
    private static func json(_ value: [UInt8]) -> [[UInt8]] {
        let text = String(decoding: value, as: UTF8.self)
        return [false, true].flatMap { slash in
            ["", "<>&", "<>&'", "<>&'+="].flatMap { escaped in
                [HexDigits.lower, HexDigits.upper].flatMap { digits in
                    [false, true].map { ascii in
                        text.unicodeScalars.flatMap {
                            jsonScalar($0, slash: slash, ascii: ascii, escaped: escaped, digits: digits)
                        }
                    }
                }
            }
        }
    }

    private static func jsonScalar(
        _ scalar: Unicode.Scalar, slash: Bool, ascii: Bool, escaped: String, digits: [UInt8]
    ) -> [UInt8] {
        switch scalar {
        case "\"": return Array("\\\"".utf8)
        case "\\": return Array("\\\\".utf8)
        case "/" where slash: return Array("\\/".utf8)
        default:
            let mustEscape = (ascii && !scalar.isASCII) || escaped.unicodeScalars.contains(scalar)
            guard mustEscape else { return Array(String(scalar).utf8) }
            return String(scalar).utf16.flatMap { jsonEscape($0, digits) }
        }
    }
}
