import Foundation
import KubernetesClient

extension NetworkPolicyEvaluator {
    /// A line of a table of who must and who must not reach whom.
    public struct Expectation: Sendable, CustomStringConvertible {
        public var source: End
        public var destination: End
        public var port: Int
        public var transport: Transport
        public var isAllowed: Bool

        public init(
            _ source: End, _ destination: End, port: Int, _ transport: Transport = .tcp, isAllowed: Bool
        ) {
            self.source = source
            self.destination = destination
            self.port = port
            self.transport = transport
            self.isAllowed = isAllowed
        }

        public var description: String {
            "\(source) → \(destination) \(transport.rawValue) \(port) \(isAllowed ? "passes" : "doesn't pass")"
        }
    }

    /// The lines that don't hold, with what the policies say instead.
    public func violations(of table: [Expectation]) throws -> [String] {
        try table.compactMap { row in
            let verdict = try verdict(from: row.source, to: row.destination, port: row.port, row.transport)
            return verdict.isAllowed == row.isAllowed ? nil : "\(row), but it is \(verdict)"
        }
    }

    /// All that the API server holds at this moment.
    public init(of plane: ControlPlane, blocksMatchPods: Bool = true) async throws {
        self.init(
            namespaces: try await Self.list("/api/v1/namespaces", plane),
            pods: try await Self.list("/api/v1/pods", plane),
            policies: try await Self.list("/apis/networking.k8s.io/v1/networkpolicies", plane),
            blocksMatchPods: blocksMatchPods)
    }

    private struct Items<Item: Decodable>: Decodable { var items: [Item] }

    private static func list<Item: Decodable>(_ path: String, _ plane: ControlPlane) async throws -> [Item] {
        try JSONDecoder().decode(Items<Item>.self, from: try await plane.admin.must("GET", path)).items
    }
}
