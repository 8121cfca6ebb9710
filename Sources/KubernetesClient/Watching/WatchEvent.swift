import Foundation
import PalanaCore

/// One line of a watch.
enum WatchEvent<Object: KubernetesObject>: Sendable {
    /// Created or changed.
    case changed(Object)
    case deleted(Object)
    /// Created or changed to something that can't be read as its kind, or such a thing was deleted.
    case unreadable(ObjectKey, version: String, problem: String, isDeleted: Bool)
    /// Nothing happened up to this version.
    case bookmark(version: String)
    case refused(KubernetesFailure)

    private enum Keys: String, CodingKey {
        case type, object
    }

    private struct Line: Decodable {
        var event: WatchEvent

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Keys.self)
            switch try fields.decode(String.self, forKey: .type) {
            case "ADDED", "MODIFIED":
                event = WatchEvent(try fields.decode(Readable<Object>.self, forKey: .object), isDeleted: false)
            case "DELETED":
                event = WatchEvent(try fields.decode(Readable<Object>.self, forKey: .object), isDeleted: true)
            case "BOOKMARK":
                let head = try fields.decode(AnyObjectHead.self, forKey: .object)
                event = .bookmark(version: head.metadata?.resourceVersion ?? "")
            default:
                let status = try fields.decode(StatusAnswer.self, forKey: .object)
                event = .refused(KubernetesFailure(status, code: status.code ?? 0, of: "watch \(Object.type)"))
            }
        }
    }

    private init(_ readable: Readable<Object>, isDeleted: Bool) {
        switch readable {
        case .object(let object): self = isDeleted ? .deleted(object) : .changed(object)
        case .unreadable(let key, let version, let problem):
            self = .unreadable(key, version: version ?? "", problem: problem, isDeleted: isDeleted)
        }
    }

    /// - Throws: `malformed` for what is no line of a watch.
    static func read(_ line: Data) throws(KubernetesFailure) -> WatchEvent {
        try Wire.decoded(Line.self, from: line, "watch \(Object.type)").event
    }

    var occurrence: WatchMachine.Occurrence {
        switch self {
        case .changed(let object), .deleted(let object): .moved(version: object.metadata.resourceVersion ?? "")
        case .unreadable(_, let version, _, _), .bookmark(let version): .moved(version: version)
        case .refused(let failure): .refused(failure)
        }
    }
}
