public import Foundation
import Synchronization

/// A receiver of OTLP/HTTP logs that is strict: what isn't exactly as the protocol and Palana's own promises have it is
/// refused with 400 and kept as a complaint. A test says how it answers.
public final class OTLPReceiver: Sendable {
    /// What it does with a request that is as it should be.
    public enum Behaviour: Sendable {
        case accept
        /// Takes the records and says that some are rejected; the text stands in JSON as it is.
        case reject(Int, String)
        case answer(Int, headers: [String: String] = [:])
        /// Takes the records, and the connection breaks before the answer is there.
        case loseAnswer
        /// The connection breaks, and nothing was taken.
        case cut
        /// Never answers.
        case hang
        /// 200 with another body.
        case body(String)
    }

    /// One request's records, in their order.
    public struct Request: Sendable {
        public var body: Data
        public var headers: [(name: String, value: String)]
        public var records: [OTLPRecord]
    }

    private struct State {
        var script: [Behaviour] = []
        var usual = Behaviour.accept
        var seen = 0
        var taken: [Request] = []
        var complaints: [String] = []
    }

    private let state: Mutex<State>

    private init(_ script: [Behaviour]) {
        state = Mutex(State(script: script))
    }

    /// Serves on loopback while `body` runs; gives it the receiver and the endpoint.
    /// - Parameters:
    ///   - script: what happens to the first requests; all others are accepted.
    ///   - identity: what it shows over TLS; nil means clear text.
    ///   - port: 0 for a free one.
    public static func serve(
        _ script: [Behaviour] = [], identity: TestAuthority.Identity? = nil, port: Int = 0,
        _ body: @escaping @Sendable (OTLPReceiver, String) async throws -> Void
    ) async throws {
        let receiver = OTLPReceiver(script)
        let serve = { @Sendable (_: APIServerStub, address: String) in try await body(receiver, address) }
        try await APIServerStub.serve(
            identity: identity, host: "127.0.0.1", port: port, answer: { receiver.take($0) }, serve)
    }

    /// From now on, for requests that the script has nothing for.
    public func behave(_ behaviour: Behaviour) { state.withLock { $0.usual = behaviour } }

    /// Requests so far, whatever became of them.
    public var seen: Int { state.withLock { $0.seen } }

    /// The requests whose records it has, in their order.
    public var taken: [Request] { state.withLock { $0.taken } }

    /// All records it has, with those that came twice.
    public var records: [OTLPRecord] { taken.flatMap(\.records) }

    /// What was wrong with requests.
    public var complaints: [String] { state.withLock { $0.complaints } }

    /// What a collector would write into a file: a request a line.
    public var export: Data { taken.reduce(into: Data()) { $0.append($1.body + [0x0A]) } }

    private func take(_ request: APIServerStub.Request) -> APIServerStub.Answer {
        let records: [OTLPRecord]
        do {
            records = try OTLPRecord.parse(request)
        } catch {
            state.withLock { state in
                state.seen += 1
                state.complaints.append("\(error)")
            }
            return .init(400, #"{"code":3,"message":"no"}"#)
        }
        let kept = Request(body: request.body, headers: request.headers, records: records)
        return state.withLock { state in
            state.seen += 1
            let behaviour = state.script.isEmpty ? state.usual : state.script.removeFirst()
            if behaviour.takes { state.taken.append(kept) }
            return behaviour.answer
        }
    }
}

extension OTLPReceiver.Behaviour {
    fileprivate var takes: Bool {
        switch self {
        case .accept, .reject, .loseAnswer: true
        case .answer, .cut, .hang, .body: false
        }
    }

    fileprivate var answer: APIServerStub.Answer {
        switch self {
        case .accept: .init(200, #"{"partialSuccess":{}}"#)
        case .reject(let count, let message):
            .init(200, #"{"partialSuccess":{"rejectedLogRecords":"\#(count)","errorMessage":"\#(message)"}}"#)
        case .answer(let status, let headers): .init(status, #"{"code":14,"message":"no"}"#, headers: headers)
        case .loseAnswer, .cut: .init(200, [], .cut)
        case .hang: .init(200, [], .silence)
        case .body(let text): .init(200, text)
        }
    }
}
