extension KeyedDecodingContainer {
    /// A quantity, which people may write as a whole number too (`cpu: 1`): the API server keeps it as it was written.
    func decodeQuantityIfPresent(forKey key: Key) throws -> String? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        if let number = try? decode(Int.self, forKey: key) { return String(number) }
        return try decode(String.self, forKey: key)
    }
}
