internal import Foundation
internal import KubernetesClient
internal import PalanaCore

extension AdmissionRequest {
    /// The object as it is to be.
    /// - Throws: `DecodingError` with the field when it can't be read, a refusal when it is another kind.
    func decoded<Object: KubernetesObject>(_ type: Object.Type = Object.self) throws -> Object {
        guard kind.group == Object.type.group, kind.kind == Object.type.kind, let object else {
            throw AdmissionDenial.malformed(
                "a \(ShownText.quoted(kind.kind)) is no \(Object.type.kind), so it is refused")
        }
        var decoded: Object = try Self.decode(object)
        // Older servers leave the namespace to the request.
        if Object.type.isNamespaced, decoded.metadata.namespace == nil { decoded.metadata.namespace = namespace }
        if decoded.metadata.name.isEmpty { decoded.metadata.name = name ?? "" }
        return decoded
    }

    /// The object as it was; nil for a new one and for one that can't be read, which must stay mendable.
    func decodedOld<Object: KubernetesObject>(_ type: Object.Type = Object.self) -> Object? {
        oldObject.flatMap { try? Self.decode($0) }
    }

    private static func decode<Object: Decodable>(_ value: JSONValue) throws -> Object {
        try JSONDecoder().decode(Object.self, from: JSONEncoder().encode(value))
    }
}
