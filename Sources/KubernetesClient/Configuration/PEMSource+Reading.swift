import Foundation
import PalanaCore

extension PEMSource {
    /// The bytes, read now.
    /// - Parameter what: for the message: `client key`.
    func bytes(_ what: String) throws(KubernetesFailure) -> [UInt8] {
        switch self {
        case .value(let bytes): return bytes.exposed
        case .file(let path):
            do {
                return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            } catch {
                throw KubernetesFailure(
                    .configuration, "The \(what) \(path) can't be read: check that it is there and readable.")
            }
        }
    }
}

extension TokenSource {
    /// The token, read now.
    func token() throws(KubernetesFailure) -> String {
        switch self {
        case .value(let token): return token.exposed
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw KubernetesFailure(
                    .configuration, "The token file \(path) can't be read: check that it is there and readable.")
            }
            let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !token.isEmpty else {
                throw KubernetesFailure(.configuration, "The token file \(path) is empty: write the token into it.")
            }
            return token
        }
    }
}
