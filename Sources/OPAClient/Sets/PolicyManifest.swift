import Foundation
import PalanaCore

/// What OPA holds at `data.palana.sets[<revision>]`: which modules make up the set and whom each selects. Written last,
/// in one step: until it is there, the base module decides nothing under that revision.
struct PolicyManifest: Codable, Hashable, Sendable {
    struct Entry: Codable, Hashable, Sendable {
        let name: String
        let owners: [String]?
        let labels: [String: String]
        let grants: Bool
        /// Which of `deny`, `ask` and `allow` the module defines, and so must be there.
        let kinds: [String]
    }

    /// Finds the modules of an agent without looking at each: by owner, else by one label, else for everyone.
    struct Index: Codable, Hashable, Sendable {
        var everyone: [String] = []
        var owners: [String: [String]] = [:]
        var labels: [String: [String: [String]]] = [:]
    }

    let revision: String
    let policies: [String: Entry]
    let index: Index

    /// - Parameter kinds: by module id, as the check of the module found them.
    init(_ set: PolicySet, kinds: [String: [String]]) {
        var policies: [String: Entry] = [:]
        var index = Index()
        for policy in set.policies {
            guard let module = set.modules[policy.name] else { continue }
            policies[module.id] = Entry(
                name: policy.name, owners: policy.selector.owners, labels: policy.selector.labels,
                grants: policy.grants,
                kinds: kinds[module.id] ?? [])
            index.add(module.id, policy.selector)
        }
        revision = set.revision
        self.policies = policies
        self.index = index
    }
}

extension PolicyManifest.Index {
    fileprivate mutating func add(_ id: String, _ selector: PolicySelector) {
        if let selected = selector.owners {
            // As bytes: Swift takes two spellings of one Unicode text for the same key, OPA does not.
            for owner in selected { owners[Data(owner.utf8).hex, default: []].append(id) }
        } else if let label = selector.labels.min(by: { $0.key < $1.key }) {
            labels[label.key, default: [:]][label.value, default: []].append(id)
        } else {
            everyone.append(id)
        }
    }
}
