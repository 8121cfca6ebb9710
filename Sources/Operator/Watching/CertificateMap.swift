import Crypto
import Foundation
import KubernetesClient
import PalanaCore

/// The ConfigMap with what agents are to trust. Each agent has one and all hold the same, so of those that are there only
/// a digest is kept.
struct CertificateMap: KubernetesObject {
    static let type = ConfigMap.type
    var metadata: ObjectMeta
    /// Only in those that are to be written.
    var content: CertificateBundle?
    var digest: String

    init(metadata: ObjectMeta, content: CertificateBundle) {
        self.metadata = metadata
        self.content = content
        digest = content.digest
    }

    /// Without what it holds: for comparing the rest.
    var frame: CertificateMap {
        var frame = self
        frame.content = nil
        return frame
    }

    private enum CodingKeys: String, CodingKey {
        case metadata, data, binaryData
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        metadata = try fields.decode(ObjectMeta.self, forKey: .metadata)
        let data = try fields.decodeIfPresent([String: String].self, forKey: .data) ?? [:]
        let binaryData = try fields.decodeIfPresent([String: String].self, forKey: .binaryData) ?? [:]
        digest = Self.digest(data, binaryData)
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(metadata, forKey: .metadata)
        guard let content else { return }
        try fields.encode(content.data, forKey: .data)
        try fields.encode(content.binaryData, forKey: .binaryData)
    }

    /// Over names and values with their lengths.
    static func digest(_ data: [String: String], _ binaryData: [String: String]) -> String {
        var hash = SHA256()
        for part in [data, binaryData] {
            hash.update(data: Data("\(part.count):".utf8))
            for (name, value) in part.sorted(by: { $0.key < $1.key }) {
                hash.update(data: Data("\(name.utf8.count):\(name)\(value.utf8.count):".utf8))
                hash.update(data: Data(value.utf8))
            }
        }
        return hash.finalize().map { String($0, radix: 16) }.joined(separator: ".")
    }
}
