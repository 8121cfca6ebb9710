public import PalanaCore

/// A value that went out with a request, and what stands for it when it comes back.
public struct InjectedValue: Sendable {
    public let value: Secret<String>
    public let replacement: String

    public init(value: Secret<String>, replacement: String) {
        self.value = value
        self.replacement = replacement
    }
}
