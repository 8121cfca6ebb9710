import Foundation
public import LocalPlatform

/// What a control plane did so far, for measurements.
extension ControlPlane {
    /// Requests that the API server answered.
    public struct Requests: Sendable, Comparable {
        public var count: Int
        /// `configmaps POST`, `agents/status PATCH`.
        public var kind: String

        public static func < (left: Requests, right: Requests) -> Bool {
            (left.count, right.kind) < (right.count, left.kind)
        }
    }

    /// The most frequent first; without watches, which last.
    public func answeredRequests() async throws -> [Requests] {
        let metrics = try await kubectl().must("get", "--raw", "/metrics")
        var counts: [String: Int] = [:]
        for line in metrics.split(separator: "\n") where line.hasPrefix("apiserver_request_total{") {
            guard let end = line.lastIndex(of: "}"), let count = Double(line[end...].dropFirst(2)) else { continue }
            let labels = Self.labels(line[..<end])
            guard let verb = labels["verb"], let resource = labels["resource"], verb != "WATCH" else { continue }
            let part = labels["subresource"].flatMap { $0.isEmpty ? nil : "/\($0)" } ?? ""
            counts["\(resource)\(part) \(verb)", default: 0] += Int(count)
        }
        return counts.map { Requests(count: $0.value, kind: $0.key) }.sorted(by: >)
    }

    /// How long each program had a core so far, in seconds.
    public func processorSeconds() throws -> [(name: String, seconds: Double)] {
        try ControlPlanePart.allCases.map { ($0.rawValue, try child($0).processorSeconds) }
    }

    /// `name{a="b",c="d"` → `a: b, c: d`. No value of these has a quotation mark.
    private static func labels(_ line: Substring) -> [String: String] {
        let pairs = line.drop { $0 != "{" }.dropFirst().components(separatedBy: "\",").compactMap { part in
            part.split(separator: "=", maxSplits: 1).map(String.init)
        }
        return Dictionary(
            pairs.filter { $0.count == 2 }.map { ($0[0], $0[1].replacingOccurrences(of: "\"", with: "")) }
        ) { first, _ in first }
    }
}

extension ChildProcess {
    /// How long its program had a core so far, in seconds: user and system time (proc_pid_stat(5), 14 and 15).
    public var processorSeconds: Double {
        guard let text = try? String(contentsOfFile: "/proc/\(program)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return 0 }
        let ticks = text[end...].split(separator: " ").dropFirst(12).prefix(2).compactMap { Double($0) }
        return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
