import Foundation
import NIOCore
import NIOHTTP1
import PalanaCore

/// Brings sets into OPA and out of it. Modules are named by their content and sets by their revision, so a new set is
/// built beside the one in force and nothing that is in use ever changes.
struct SetLoader: Sendable {
    /// A set that may be loaded: all its modules were checked.
    struct Loadable: Sendable {
        let set: PolicySet
        let manifest: PolicyManifest
    }

    let server: OPAServer

    /// Modules first, the manifest last. OPA compiles a module only when its text changed.
    func load(_ loadable: Loadable) async throws(PolicyFailure) {
        try await put("/v1/policies/palana/egress", text: loadable.set.base, type: "text/plain")
        for module in loadable.set.modules.values.sorted(by: { $0.id < $1.id }) {
            try await put("/v1/policies/\(module.path)", text: module.text, type: "text/plain")
        }
        try await put(
            "/v1/data/palana/sets/\(loadable.set.revision)", text: try json(loadable.manifest), type: "application/json"
        )
        guard try await holds(loadable.set.revision) else {
            throw PolicyFailure("OPA does not answer under the revision it was given")
        }
    }

    /// Whether OPA decides under this revision.
    func holds(_ revision: String) async throws(PolicyFailure) -> Bool {
        let path = "/v1/data/palana/egress/loaded"
        let answer = try await server.ask(
            path, body: ByteBuffer(string: #"{"input":{"policy_revision":"\#(revision)"}}"#))
        return answer.status == 200
            && String(buffer: answer.body).filter { !$0.isWhitespace }.contains(#""result":true"#)
    }

    /// Removes all sets but these, and the modules that only the removed ones used.
    func sweep(keeping kept: [Loadable]) async throws(PolicyFailure) {
        let revisions = Set(kept.map(\.set.revision))
        let used = Set(kept.flatMap { $0.manifest.policies.keys })
        let stale = try await sets().filter { !revisions.contains($0.key) }
        for revision in stale.keys {
            try await delete("/v1/data/palana/sets/\(revision)")
        }
        for id in Set(stale.values.flatMap { $0.policies.keys }).subtracting(used) {
            try await delete("/v1/policies/palana/modules/\(id)")
        }
    }

    private func sets() async throws(PolicyFailure) -> [String: PolicyManifest] {
        struct Reply: Decodable { let result: [String: PolicyManifest]? }
        let answer = try await server.load(.GET, "/v1/data/palana/sets")
        do {
            return try JSONDecoder().decode(Reply.self, from: Data(answer.body.readableBytesView)).result ?? [:]
        } catch {
            throw PolicyFailure("OPA's list of policy sets can't be read")
        }
    }

    private func json(_ manifest: PolicyManifest) throws(PolicyFailure) -> String {
        do {
            return String(decoding: try JSONEncoder().encode(manifest), as: UTF8.self)
        } catch {
            throw PolicyFailure("the set of policies can't be written as JSON: \(error)")
        }
    }

    private func put(_ path: String, text: String, type: String) async throws(PolicyFailure) {
        let answer = try await server.load(.PUT, path, body: ByteBuffer(string: text), type: type)
        guard (200..<300).contains(answer.status) else {
            throw PolicyFailure("OPA refuses \(path): \(OPAProblem(answer).sentence)")
        }
    }

    private func delete(_ path: String) async throws(PolicyFailure) {
        let answer = try await server.load(.DELETE, path)
        guard (200..<300).contains(answer.status) || answer.status == 404 else {
            throw PolicyFailure("OPA does not remove \(path): \(OPAProblem(answer).sentence)")
        }
    }
}
