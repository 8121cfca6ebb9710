import Foundation
import Glibc
import LocalPlatform

/// What can go wrong with an API server, made to happen. Never to the shared one.
extension ControlPlane {
    /// Ends the API server; connections break, later ones are refused. It would wait a minute for its watches to end.
    public func stopAPIServer() async throws {
        _ = try await child(.apiServer).stop(grace: .seconds(2))
        forget(.apiServer)
    }

    /// Ends the API server and starts it again on the same port; returns when it is ready.
    public func restartAPIServer() async throws {
        try await stopAPIServer()
        try await startAPIServer()
    }

    /// Starts an API server that was stopped; returns when it is ready.
    public func startStoppedAPIServer() async throws {
        try await startAPIServer()
    }

    /// Freezes the API server (SIGSTOP): connections stay open and nothing answers.
    public func freezeAPIServer() throws {
        kill(try child(.apiServer).program, SIGSTOP)
    }

    /// Ends a freeze.
    public func thawAPIServer() throws {
        kill(try child(.apiServer).program, SIGCONT)
    }

    /// Drops all history from etcd: lists that go on from before (`continue`) and, after a restart of the API server, watches
    /// from before are answered with 410.
    public func compactStore() async throws {
        // A revision of its own: the last one before stays readable otherwise.
        let put = try await store.must("POST", "/v3/kv/put", json: #"{"key":"dGVzdA==","value":""}"#)
        let compaction = #"{"revision":"\#(try Self.revision(in: put))","physical":true}"#
        try await store.must("POST", "/v3/kv/compaction", json: compaction)
    }

    /// etcd's revision, which resource versions are taken from.
    public func revision() async throws -> Int {
        let answer = try await store.must("POST", "/v3/kv/range", json: #"{"key":"AA==","limit":"1"}"#)
        return try Self.revision(in: answer)
    }

    private static func revision(in answer: Data) throws -> Int {
        guard let revision = Int(try JSONDecoder().decode(Answer.self, from: answer).header.revision) else {
            throw ControlPlaneFailure("etcd tells no revision")
        }
        return revision
    }

    private struct Answer: Decodable {
        struct Header: Decodable { var revision: String }
        var header: Header
    }
}
