/// What a secret's value must be so that it can be put into a header and found again in an answer.
public enum SecretValueRule {
    /// Shorter values stand in ordinary text by chance: replacing them would garble answers, and they can be guessed
    /// anyway.
    public static let minimumBytes = 8
    /// Bounded by what servers take in a header; also bounds the redaction tables.
    public static let maximumBytes = 8_192

    /// nil when the value is fit for proxy mode, else one sentence that never quotes the value.
    public static func objection(to value: Secret<String>) -> String? {
        let bytes = value.exposed.utf8
        if bytes.count < minimumBytes {
            return "the value has fewer than \(minimumBytes) bytes; it could not be found again in an answer"
        }
        if bytes.count > maximumBytes {
            return "the value has more than \(maximumBytes) bytes; it would not fit into a header"
        }
        if bytes.contains(where: \.isControl) {
            return "the value holds a control character (perhaps a line break at its end); remove it"
        }
        if bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ") {
            return "the value begins or ends with a space; remove it"
        }
        return nil
    }
}
