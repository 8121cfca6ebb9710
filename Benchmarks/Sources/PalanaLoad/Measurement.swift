/// One case on one peer in one round: a line of the raw output.
struct Measurement: Encodable {
    var round: Int
    var name: String
    var peer: String
    var requests: Int
    /// Length of the measured window; nil where none was set.
    var seconds: Double?
    var requestsPerSecond: Double?
    /// Milliseconds.
    var p50: Double
    var p90: Double
    var p99: Double
    var max: Double
    /// Every time measured: microseconds (rounded down) and how often, ascending.
    var histogram: [[Int64]]

    init(round: Int, name: String, peer: String, nanoseconds: [Int64], seconds: Double?) {
        let sorted = nanoseconds.sorted()
        self.round = round
        self.name = name
        self.peer = peer
        self.seconds = seconds
        requests = sorted.count
        requestsPerSecond = seconds.map { (Double(sorted.count) / $0).rounded() }
        p50 = Self.quantile(0.5, of: sorted)
        p90 = Self.quantile(0.9, of: sorted)
        p99 = Self.quantile(0.99, of: sorted)
        max = Self.quantile(1, of: sorted)
        histogram = Self.count(sorted)
    }

    /// The smallest time that at least this share of the times doesn't exceed (nearest rank).
    private static func quantile(_ share: Double, of sorted: [Int64]) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return Double(sorted[Swift.max(rank, 1) - 1] / 1_000) / 1_000
    }

    private static func count(_ sorted: [Int64]) -> [[Int64]] {
        var counts: [[Int64]] = []
        for time in sorted {
            let microseconds = time / 1_000
            if counts.last?[0] == microseconds {
                counts[counts.count - 1][1] += 1
            } else {
                counts.append([microseconds, 1])
            }
        }
        return counts
    }
}
