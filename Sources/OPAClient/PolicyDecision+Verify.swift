public import PalanaCore

extension PolicyDecision {
    /// Takes nothing on trust: the answer must be under the asked revision, agree with itself, and inject only what the
    /// request holds placeholders of.
    public func verify(against input: PolicyInput) throws(PolicyFailure) {
        guard policyRevision == input.policyRevision else {
            throw PolicyFailure("OPA decided under revision '\(policyRevision)', not '\(input.policyRevision)'")
        }
        guard code != .policyUnavailable else { throw PolicyFailure(reason) }
        guard allow == (action == .allow), allow == (code == nil), allow || inject.isEmpty else {
            throw PolicyFailure("OPA's answer contradicts itself: \(action.rawValue) by \(rule)")
        }
        guard Set(inject).isSubset(of: Set(input.credentials.placeholders.map(\.secret))) else {
            throw PolicyFailure("OPA wants to inject a secret that the request has no placeholder of")
        }
    }
}
