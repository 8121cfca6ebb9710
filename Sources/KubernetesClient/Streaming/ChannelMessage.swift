import Foundation
import NIOCore
import PalanaCore

/// One message of `v4.channel.k8s.io` and `v5.channel.k8s.io` (Kubernetes, `k8s.io/apimachinery/pkg/util/remotecommand`):
/// a byte that names the channel, then its bytes.
enum ChannelMessage: Sendable, Hashable {
    case input([UInt8])
    /// Only in v5: nothing more comes on the input.
    case endOfInput
    case resize(TerminalSize)
    case output([UInt8])
    case errorOutput([UInt8])
    /// The last one: how the process ended, as a `Status`.
    case ending([UInt8])

    private enum Channel {
        static let input: UInt8 = 0
        static let output: UInt8 = 1
        static let errorOutput: UInt8 = 2
        static let ending: UInt8 = 3
        static let resize: UInt8 = 4
        static let close: UInt8 = 255
    }

    var bytes: [UInt8] {
        switch self {
        case .input(let bytes): [Channel.input] + bytes
        case .endOfInput: [Channel.close, Channel.input]
        case .resize(let size): [Channel.resize] + #"{"Width":\#(size.columns),"Height":\#(size.rows)}"#.utf8
        case .output(let bytes): [Channel.output] + bytes
        case .errorOutput(let bytes): [Channel.errorOutput] + bytes
        case .ending(let bytes): [Channel.ending] + bytes
        }
    }

    /// What a server sends; nil for an empty message, as servers open channels with, and for channels of newer versions.
    init?(received bytes: [UInt8]) {
        guard let channel = bytes.first, bytes.count > 1 else { return nil }
        let rest = Array(bytes.dropFirst())
        switch channel {
        case Channel.output: self = .output(rest)
        case Channel.errorOutput: self = .errorOutput(rest)
        case Channel.ending: self = .ending(rest)
        default: return nil
        }
    }
}

extension StatusAnswer {
    /// The exit code that the last message gives; nil when it says that there was none.
    var exitCode: Int32? {
        if status == "Success" { return 0 }
        guard reason == "NonZeroExitCode" else { return nil }
        return details?.causes?.first { $0.reason == "ExitCode" }?.message.flatMap { Int32($0) }
    }
}
