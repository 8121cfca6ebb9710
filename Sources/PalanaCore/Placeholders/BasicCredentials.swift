import Foundation

/// `Authorization: Basic` (RFC 7617), decoded.
public struct BasicCredentials: Sendable, Hashable {
    /// `user:password`.
    public var text: String

    public init(text: String) {
        self.text = text
    }

    /// nil when the value is of another scheme or no base64 text in UTF-8.
    public init?(headerValue: String) {
        guard BasicCredentials.isBasic(headerValue) else { return nil }
        let encoded = headerValue.utf8.dropFirst(6).drop { $0 == UInt8(ascii: " ") }
        guard let data = BasicCredentials.decoded(encoded), let text = String(validating: data, as: UTF8.self) else {
            return nil
        }
        self.text = text
    }

    public static func isBasic(_ headerValue: String) -> Bool {
        headerValue.utf8.count > 6 && headerValue.utf8.prefix(6).map(\.lowercased).elementsEqual("basic ".utf8)
    }

    public var headerValue: String { "Basic " + Data(text.utf8).base64EncodedString() }

    public var user: Substring { text.prefix { $0 != ":" } }
    public var password: Substring { text.dropFirst(user.count + 1) }

    /// Missing padding is filled in, as lenient servers do.
    private static func decoded(_ encoded: some Collection<UInt8>) -> Data? {
        var bytes = encoded.filter { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: " ") }
        bytes = bytes.map {
            $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0
        }
        bytes += Array(repeating: UInt8(ascii: "="), count: (4 - bytes.count % 4) % 4)
        return Data(base64Encoded: Data(bytes))
    }
}
