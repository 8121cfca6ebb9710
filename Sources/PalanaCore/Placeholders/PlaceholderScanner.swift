/// Finds one agent's placeholders in outside text, as they are and in the usual encodings. Built once per agent and
/// set of secrets, used for every request.
public struct PlaceholderScanner: Sendable {
    /// What one text holds.
    public struct Findings: Sendable, Hashable {
        /// Names of secrets whose placeholder stands there as it is.
        public var plain: [String] = []
        /// Names of secrets whose placeholder stands there percent-, base64- or hex-encoded.
        public var encoded: [String] = []
        /// Words long enough to be some other agent's placeholder.
        public var words: [String] = []
    }

    private struct Entry: Sendable {
        let secret: String
        let plain: [UInt8]
        let lowercased: [UInt8]
        let encoded: [[UInt8]]
    }

    private let entries: [Entry]
    /// No placeholder, in no form, is shorter.
    private static let shortest = PlaceholderPattern.minimumRandomCharacters

    public init(_ bindings: [SecretBinding]) {
        entries = bindings.compactMap { binding in
            guard let placeholder = binding.placeholder, !placeholder.isEmpty else { return nil }
            let bytes = Array(placeholder.utf8)
            return Entry(
                secret: binding.name, plain: bytes, lowercased: bytes.map(\.lowercased),
                encoded: EncodedForms.base64(bytes) + EncodedForms.hex(bytes))
        }
    }

    public func scan(_ text: String) -> Findings {
        var text = text
        return text.withUTF8(scan)
    }

    /// Every form of a placeholder is a run of unreserved characters and `%+/=`, so only long runs are searched.
    func scan(_ text: UnsafeBufferPointer<UInt8>) -> Findings {
        var findings = Findings()
        var start = 0
        for index in 0...text.count where index == text.count || !PlaceholderScanner.isRunCharacter(text[index]) {
            if index - start >= PlaceholderScanner.shortest {
                scanRun(UnsafeBufferPointer(rebasing: text[start..<index]), into: &findings)
            }
            start = index + 1
        }
        return findings
    }

    /// The secret whose placeholder stands in a text that others may have lower-cased (host, header name), or nil.
    public func secretIgnoringCase(in text: String) -> String? {
        guard text.utf8.count >= PlaceholderScanner.shortest else { return nil }
        let lowercased = text.utf8.map(\.lowercased)
        return lowercased.withUnsafeBufferPointer { buffer in
            entries.first { ByteSearch.contains($0.lowercased, in: buffer) }?.secret
        }
    }

    /// The text with each placeholder shown as `[placeholder NAME]`.
    public func masked(_ text: String) -> String {
        var bytes = Array(text.utf8)
        for entry in entries {
            bytes = ByteSearch.replacing(entry.plain, with: Array("[placeholder \(entry.secret)]".utf8), in: bytes)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The text without any placeholder.
    func removed(from text: String) -> String {
        let bytes = entries.reduce(Array(text.utf8)) {
            ByteSearch.replacing($1.plain, with: [UInt8(ascii: " ")], in: $0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func scanRun(_ run: UnsafeBufferPointer<UInt8>, into findings: inout Findings) {
        let before = findings.plain.count + findings.encoded.count
        for entry in entries {
            if ByteSearch.contains(entry.plain, in: run) {
                findings.plain.append(entry.secret)
            } else if entry.encoded.contains(where: { ByteSearch.contains($0, in: run) }) {
                findings.encoded.append(entry.secret)
            }
        }
        if run.contains(UInt8(ascii: "%")) { scanDecoded(run, into: &findings) }
        if findings.plain.count + findings.encoded.count == before { collectWords(run, into: &findings) }
    }

    private func scanDecoded(_ run: UnsafeBufferPointer<UInt8>, into findings: inout Findings) {
        let once = PercentCoding.decoded(run)
        for reading in [once, PercentCoding.decoded(once)] {
            reading.withUnsafeBufferPointer { buffer in
                for entry in entries
                where !findings.plain.contains(entry.secret) && !findings.encoded.contains(entry.secret) {
                    let forms = [entry.plain] + entry.encoded
                    if forms.contains(where: { ByteSearch.contains($0, in: buffer) }) {
                        findings.encoded.append(entry.secret)
                    }
                }
                collectWords(buffer, into: &findings)
            }
        }
    }

    private func collectWords(_ run: UnsafeBufferPointer<UInt8>, into findings: inout Findings) {
        for word in run.split(whereSeparator: { !$0.isUnreserved }) where word.count >= PlaceholderScanner.shortest {
            findings.words.append(String(decoding: word, as: UTF8.self))
            let parts = word.split(whereSeparator: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "~") })
            guard parts.first?.count != word.count else { continue }
            findings.words += parts.filter { $0.count >= PlaceholderScanner.shortest }.map {
                String(decoding: $0, as: UTF8.self)
            }
        }
    }

    @inline(__always)
    private static func isRunCharacter(_ byte: UInt8) -> Bool {
        byte.isUnreserved || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            || byte == UInt8(ascii: "=")
    }
}
