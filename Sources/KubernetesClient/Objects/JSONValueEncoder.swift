import Foundation

/// Turns an encodable value into a `JSONValue` without the detour over text: decoding JSON of any shape is many times
/// slower than this, and objects are compared at every reconcile. Bytes become base64, as Kubernetes writes them.
enum JSONValueEncoder {
    static func encode(_ value: some Encodable) throws -> JSONValue {
        let slot = EncodingSlot()
        try slot.put(value, path: [])
        return slot.value
    }
}

/// The place of a value that is being encoded.
private final class EncodingSlot {
    private enum Content {
        case value(JSONValue)
        case object([String: EncodingSlot])
        case array([EncodingSlot])
    }

    private var content = Content.value(.null)

    var value: JSONValue {
        switch content {
        case .value(let value): value
        case .object(let members): .object(members.mapValues(\.value))
        case .array(let items): .array(items.map(\.value))
        }
    }

    var count: Int {
        if case .array(let items) = content { items.count } else { 0 }
    }

    func put(_ value: some Encodable, path: [any CodingKey]) throws {
        switch value {
        case let text as String: content = .value(.string(text))
        case let number as Int: content = .value(.integer(number))
        case let flag as Bool: content = .value(.bool(flag))
        case let bytes as Data: content = .value(.string(bytes.base64EncodedString()))
        case let json as JSONValue: content = .value(json)
        default: try value.encode(to: SlotEncoder(slot: self, codingPath: path))
        }
    }

    func put(_ json: JSONValue) { content = .value(json) }

    /// A value may ask for its container more than once: what is there stays.
    func becomeObject() {
        if case .object = content { return }
        content = .object([:])
    }

    func becomeArray() {
        if case .array = content { return }
        content = .array([])
    }

    func member(_ name: String) -> EncodingSlot {
        let slot = EncodingSlot()
        if case .object(var members) = content {
            content = .value(.null)  // so that the dictionary is changed in place
            members[name] = slot
            content = .object(members)
        }
        return slot
    }

    func item() -> EncodingSlot {
        let slot = EncodingSlot()
        if case .array(var items) = content {
            content = .value(.null)
            items.append(slot)
            content = .array(items)
        }
        return slot
    }
}

private struct SlotEncoder: Encoder {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        slot.becomeObject()
        return KeyedEncodingContainer(SlotObject(slot: slot, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        slot.becomeArray()
        return SlotArray(slot: slot, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SlotValue(slot: slot, codingPath: codingPath)
    }
}

private struct SlotObject<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { slot.member(key.stringValue).put(.null) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try slot.member(key.stringValue).put(value, path: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy keyType: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { SlotEncoder(slot: slot.member("super"), codingPath: codingPath) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

    private func encoder(_ key: Key) -> SlotEncoder {
        SlotEncoder(slot: slot.member(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct SlotArray: UnkeyedEncodingContainer {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]
    var count: Int { slot.count }

    func encodeNil() { slot.item().put(.null) }
    func encode<Value: Encodable>(_ value: Value) throws { try slot.item().put(value, path: codingPath) }

    func nestedContainer<Nested: CodingKey>(keyedBy keyType: Nested.Type) -> KeyedEncodingContainer<Nested> {
        SlotEncoder(slot: slot.item(), codingPath: codingPath).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        SlotEncoder(slot: slot.item(), codingPath: codingPath).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { SlotEncoder(slot: slot.item(), codingPath: codingPath) }
}

private struct SlotValue: SingleValueEncodingContainer {
    let slot: EncodingSlot
    let codingPath: [any CodingKey]

    func encodeNil() { slot.put(.null) }
    func encode(_ value: Bool) { slot.put(.bool(value)) }
    func encode(_ value: String) { slot.put(.string(value)) }
    func encode(_ value: Double) { slot.put(.number(value)) }
    func encode(_ value: Float) { slot.put(.number(Double(value))) }
    func encode(_ value: Int) { slot.put(.integer(value)) }
    func encode(_ value: Int8) { slot.put(.integer(Int(value))) }
    func encode(_ value: Int16) { slot.put(.integer(Int(value))) }
    func encode(_ value: Int32) { slot.put(.integer(Int(value))) }
    func encode(_ value: Int64) { slot.put(.integer(Int(value))) }
    func encode(_ value: UInt8) { slot.put(.integer(Int(value))) }
    func encode(_ value: UInt16) { slot.put(.integer(Int(value))) }
    func encode(_ value: UInt32) { slot.put(.integer(Int(value))) }
    func encode(_ value: UInt) throws { try encode(UInt64(value)) }

    func encode(_ value: UInt64) throws {
        guard let number = Int(exactly: value) else {
            throw EncodingError.invalidValue(
                value, .init(codingPath: codingPath, debugDescription: "larger than any number that is kept here"))
        }
        slot.put(.integer(number))
    }

    func encode<Value: Encodable>(_ value: Value) throws { try slot.put(value, path: codingPath) }
}
