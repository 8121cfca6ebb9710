import EnvoyAPI
import SwiftProtobuf

/// What one ADS stream has asked for, was sent and has answered: requests in, responses out, no I/O.
///
/// Delta xDS, https://www.envoyproxy.io/docs/envoy/v1.40.0/api-docs/xds_protocol: an empty first subscription to
/// listeners means all of them; each response carries a nonce that the next request of its kind accepts, or rejects
/// with an error.
struct DiscoverySession: Sendable {
    typealias Request = Envoy_Service_Discovery_V3_DeltaDiscoveryRequest
    typealias Response = Envoy_Service_Discovery_V3_DeltaDiscoveryResponse
    typealias Resource = Envoy_Service_Discovery_V3_Resource

    /// Envoy's answer to listeners it was sent: names and versions.
    struct Answer: Sendable, Hashable {
        var kind: DiscoveredKind
        var versions: [String: String]
        /// nil when they were accepted.
        var error: String?
    }

    /// A stream that asks for more at a time than all agents together can have in handshakes is not Envoy's.
    static let mostPendingLeaves = 200_000

    private(set) var wantsListeners = false
    private var answeredListeners = false
    private var sentListeners: [String: String] = [:]
    private var wantedLeaves: [String] = []
    private var subscribedLeaves: Set<String> = []
    private var leavesToDrop: [String] = []
    private var inFlight: [String: [String: String]] = [:]
    /// Listeners that Envoy was told to drop, by the nonce that it answers.
    private var leaving: [String: Set<String>] = [:]
    private var lastNonce: UInt64 = 0

    /// - Returns: what Envoy answered, if the request is an answer; or nil for a kind that is not served.
    mutating func receive(_ request: Request, holds: (String) -> Bool) throws -> Answer? {
        guard let kind = DiscoveredKind(rawValue: request.typeURL) else {
            throw DiscoveryError.unknownKind(request.typeURL)
        }
        switch kind {
        case .listener: subscribeToListeners(request)
        case .secret: try subscribeToLeaves(request, holds: holds)
        }
        guard !request.responseNonce.isEmpty else { return nil }
        let versions = inFlight.removeValue(forKey: request.responseNonce) ?? [:]
        // Also when it refuses something else in the same response: what is to go is done first.
        leaving[request.responseNonce] = nil
        return Answer(
            kind: kind, versions: versions, error: request.hasErrorDetail ? request.errorDetail.message : nil)
    }

    /// Listeners that changed since the last response; the first response is sent even when it is empty, since Envoy
    /// waits for it before it serves.
    mutating func nextListeners(_ wanted: [String: Resource]) -> Response? {
        guard wantsListeners else { return nil }
        let changed = wanted.values.filter { sentListeners[$0.name] != $0.version }
        let removed = sentListeners.keys.filter { wanted[$0] == nil }
        guard !changed.isEmpty || !removed.isEmpty || !answeredListeners else { return nil }
        answeredListeners = true
        sentListeners = wanted.mapValues(\.version)
        var response = makeResponse(.listener)
        response.resources = changed.sorted { $0.name < $1.name }
        response.removedResources = removed.sorted()
        inFlight[response.nonce] = Dictionary(uniqueKeysWithValues: changed.map { ($0.name, $0.version) })
        if !removed.isEmpty { leaving[response.nonce] = Set(removed) }
        return response
    }

    /// Whether Envoy may have any of these listeners: one that was sent, as long as it hasn't answered that it is gone.
    func mayHold(_ names: Set<String>) -> Bool {
        names.contains { sentListeners[$0] != nil } || leaving.values.contains { !$0.isDisjoint(with: names) }
    }

    /// Names that wait for a leaf, at most `limit` at a time so that one response stays small.
    mutating func takeWantedLeaves(limit: Int = 64) -> [String] {
        let taken = Array(wantedLeaves.prefix(limit))
        wantedLeaves.removeFirst(taken.count)
        return taken
    }

    /// Says that these leaves must go, if Envoy has them.
    mutating func drop(_ names: [String]) {
        leavesToDrop += names.filter { subscribedLeaves.remove($0) != nil }
    }

    /// - Parameter refused: names that get no leaf, which ends their handshakes.
    mutating func leaves(_ resources: [Resource], refused: [String]) -> Response? {
        let removed = refused + leavesToDrop
        leavesToDrop = []
        guard !resources.isEmpty || !removed.isEmpty else { return nil }
        // Refused names are forgotten at once: 50,000 of them must not stay in memory.
        subscribedLeaves.subtract(refused)
        var response = makeResponse(.secret)
        response.resources = resources
        response.removedResources = removed
        return response
    }

    private mutating func subscribeToListeners(_ request: Request) {
        if !wantsListeners {
            wantsListeners = true
            sentListeners = request.initialResourceVersions
        }
    }

    private mutating func subscribeToLeaves(_ request: Request, holds: (String) -> Bool) throws {
        for name in request.resourceNamesUnsubscribe { subscribedLeaves.remove(name) }
        for name in request.resourceNamesSubscribe {
            subscribedLeaves.insert(name)
            // After a reconnect Envoy names what it still has; that needs no second leaf.
            if let version = request.initialResourceVersions[name], holds(version) { continue }
            wantedLeaves.append(name)
        }
        guard wantedLeaves.count <= Self.mostPendingLeaves else { throw DiscoveryError.tooManyNames }
    }

    private mutating func makeResponse(_ kind: DiscoveredKind) -> Response {
        lastNonce += 1
        return .with {
            $0.typeURL = kind.rawValue
            $0.nonce = String(lastNonce)
            $0.systemVersionInfo = String(lastNonce)
        }
    }
}
