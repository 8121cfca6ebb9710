import Foundation
import PalanaCore

/// JSON as it goes to the API server and comes back.
enum Wire {
    /// - Throws: `malformed` when `value` can't be written.
    static func encoded(_ value: some Encodable) throws(KubernetesFailure) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(value)
        } catch {
            throw KubernetesFailure(.malformed, "\(type(of: value)) can't be written as JSON.")
        }
    }

    /// - Parameter subject: what the message names.
    /// - Throws: `malformed` without a byte of the values.
    static func decoded<Value: Decodable>(
        _ type: Value.Type = Value.self, from data: Data, _ subject: String
    ) throws(KubernetesFailure) -> Value {
        do {
            return try JSONDecoder().decode(type, from: data)
        } catch {
            throw KubernetesFailure(
                .malformed, "The answer to \(subject) can't be read: \(DecodingProblem.sentence(error)).")
        }
    }

    /// An object or review with the `apiVersion` and `kind` that belong to it.
    static func typed(_ value: some Encodable, as type: ObjectType) throws(KubernetesFailure) -> JSONValue {
        var body = try JSONValue(of: value)
        body["apiVersion"] = .string(type.apiVersion)
        body["kind"] = .string(type.kind)
        return body
    }

    /// `text` with all but RFC 3986's unreserved characters percent-encoded: for segments of paths and queries.
    static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}

/// The metadata of anything, even of what can't be read as its kind.
struct AnyObjectHead: Decodable {
    struct Metadata: Decodable {
        var name: String?
        var namespace: String?
        var resourceVersion: String?
    }

    var metadata: Metadata?

    var key: ObjectKey { ObjectKey(metadata?.name ?? "", in: metadata?.namespace) }
}

/// An object, or why it can't be read as its kind: one bad object must not hide the others.
enum Readable<Object: KubernetesObject>: Decodable {
    case object(Object)
    case unreadable(ObjectKey, version: String?, String)

    init(from decoder: any Decoder) throws {
        do {
            self = .object(try Object(from: decoder))
        } catch {
            let head = try AnyObjectHead(from: decoder)
            let problem = DecodingProblem.sentence(error, below: decoder.codingPath.count)
            self = .unreadable(head.key, version: head.metadata?.resourceVersion, problem)
        }
    }
}

/// One page of a list.
struct ListPage<Object: KubernetesObject>: Decodable {
    struct Metadata: Decodable {
        var resourceVersion: String?
        var `continue`: String?
    }

    var metadata: Metadata
    var items: [Readable<Object>]?

    /// Where the next page starts; nil on the last one.
    var continuation: String? { metadata.continue.flatMap { $0.isEmpty ? nil : $0 } }
}
