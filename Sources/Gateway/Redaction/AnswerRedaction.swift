import Foundation
import PalanaCore

/// The pieces of one exchange as they pass: event in, actions out. Requests pass as they are; answers lose every value
/// that went out with the request.
struct AnswerRedaction: Sendable {
    /// What is done with the head of an answer.
    enum Head: Sendable, Equatable {
        case pass(set: [HeaderField], removed: [String])
        case refuse(Refusal)
    }

    private let plan: RedactionPlan
    private var body: StreamRedactor
    /// In place of `body` once the protocol was switched.
    private var frames: FrameRedactor?

    init(plan: RedactionPlan) {
        self.plan = plan
        body = StreamRedactor(plan.automaton)
    }

    /// - Parameters:
    ///   - fields: of the answer, `:status` included.
    ///   - hasBody: whether more than the head follows.
    mutating func head(_ fields: [HeaderField], hasBody: Bool) -> Head {
        if let encoding = fields.first(where: AnswerRedaction.isUnreadable) {
            return .refuse(unreadable(encoding))
        }
        let isUpgrade = fields.contains { $0.name == ":status" && $0.value == "101" }
        if isUpgrade { frames = FrameRedactor(plan.automaton) }
        guard let changes = changes(to: fields) else { return .refuse(unchangeable) }
        let length = hasBody && !isUpgrade && fields.contains { $0.name == "content-length" } ? ["content-length"] : []
        return .pass(set: changes.set, removed: changes.removed + length)
    }

    /// The next bytes of the answer's body; what is sure of them comes back.
    mutating func body(_ bytes: Data, isLast: Bool) -> Data {
        if let sure = frames?.write(bytes) { return isLast ? sure + (frames?.finish() ?? Data()) : sure }
        let sure = body.write(bytes)
        return isLast ? sure + body.finish() : sure
    }

    /// What was held back when trailers end the body.
    mutating func finishBody() -> Data { frames?.finish() ?? body.finish() }

    mutating func trailers(_ fields: [HeaderField]) -> Head {
        guard let changes = changes(to: fields) else { return .refuse(unchangeable) }
        return .pass(set: changes.set, removed: changes.removed)
    }

    /// Fields whose name occurs with a value to redact, all of that name in order; names that hold one are removed.
    /// nil when Envoy wouldn't take the change: it ignores changes to its own headers and to `host`.
    private func changes(to fields: [HeaderField]) -> (set: [HeaderField], removed: [String])? {
        var leaking: Set<String> = []
        var removed: Set<String> = []
        let redacted = fields.map { field in
            if plan.isLeaked(byName: field.name) { removed.insert(field.name) }
            let value = String(decoding: plan.redacted(Data(field.value.utf8)), as: UTF8.self)
            if value != field.value { leaking.insert(field.name) }
            return HeaderField(name: field.name, value: value)
        }
        let all = leaking.union(removed)
        guard !all.contains(where: { $0.hasPrefix("x-envoy") || $0.hasPrefix(":") || $0 == "host" }) else { return nil }
        return (redacted.filter { leaking.contains($0.name) && !removed.contains($0.name) }, removed.sorted())
    }

    private static func isUnreadable(_ field: HeaderField) -> Bool {
        guard ["content-encoding", "grpc-encoding", "transfer-encoding"].contains(field.name) else { return false }
        return field.value.split(separator: ",").contains { part in
            let coding = part.filter { $0 != " " && $0 != "\t" }.lowercased()
            return coding != "identity" && !(field.name == "transfer-encoding" && coding == "chunked")
        }
    }

    private func unreadable(_ field: HeaderField) -> Refusal {
        Refusal(
            .answerNotRedactable,
            "the answer to a request with a secret is compressed (\(field.name): \(field.value.printable(limit: 40))), so it "
                + "can't be searched for the secret",
            rule: "platform", hint: "use an endpoint that honours accept-encoding: identity")
    }

    private var unchangeable: Refusal {
        Refusal(
            .answerNotRedactable, "the answer holds the secret in a header that can't be changed", rule: "platform",
            hint: "use another endpoint")
    }
}
