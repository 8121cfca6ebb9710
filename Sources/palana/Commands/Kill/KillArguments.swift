import ArgumentParser
import Foundation
import PalanaCore

/// `KEY=VALUE[,KEY=VALUE…]`.
struct SelectorArgument: ExpressibleByArgument {
    var labels: [String: String]

    init?(argument: String) {
        var labels: [String: String] = [:]
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty, labels.updateValue(String(pair[1]), forKey: String(pair[0])) == nil
            else { return nil }
        }
        self.labels = labels
    }
}

/// A time, or how long from now.
enum ExpiryArgument: ExpressibleByArgument {
    case at(Timestamp)
    case after(Duration)

    init?(argument: String) {
        if let moment = Timestamp(argument) {
            self = .at(moment)
        } else if let time = Quantities.duration(argument), time >= .seconds(1) {
            self = .after(time)
        } else if argument.hasSuffix("d"), let days = Int(argument.dropLast()), (1...36_500).contains(days) {
            self = .after(.seconds(days * 86_400))
        } else {
            return nil
        }
    }

    func moment(_ now: Timestamp) -> Timestamp {
        switch self {
        case .at(let moment): moment
        case .after(let time): Timestamp(now.date.addingTimeInterval(TimeInterval(time.components.seconds)))
        }
    }
}

/// What the CLI calls a switch: whom it is for, as far as that fits a name, and something nobody else has chosen.
enum KillName {
    static func make(for target: KillTarget) -> String {
        let labels = (target.selector?.labels ?? [:]).sorted { $0.key < $1.key }.map(\.value)
        let text = target.agent ?? target.owner ?? labels.first ?? "all"
        let letters = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let slug = String(letters).split(separator: "-").joined(separator: "-").prefix(40)
        let end = (0..<6).map { _ in String("abcdefghjkmnpqrstuvwxyz23456789".randomElement() ?? "x") }.joined()
        return (["kill"] + (slug.isEmpty ? [] : [String(slug)]) + [end]).joined(separator: "-").replacing(
            "--", with: "-")
    }
}
