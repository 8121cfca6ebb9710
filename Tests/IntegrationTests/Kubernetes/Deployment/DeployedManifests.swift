import Foundation

/// deploy/manifests in this checkout.
enum DeployedManifests {
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "deploy/manifests")

    /// Accounts, roles, and the objects that the operator may write and not make. The platform's namespace is there already.
    static var rights: String {
        get throws {
            try [
                "10-accounts", "11-operator-rights", "12-gateway-rights", "13-people", "14-api-rights", "20-settings",
            ]
            .map { try text("\($0).yaml") }.joined(separator: "---\n")
        }
    }

    /// NetworkPolicies of the platform's own pods.
    static var network: String {
        get throws { try text("30-network.yaml") }
    }

    /// Each file with its name, in the order in which they are applied.
    static var all: [(name: String, text: String)] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasSuffix(".yaml") }.sorted().map { ($0, try text($0)) }
        }
    }

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
}
