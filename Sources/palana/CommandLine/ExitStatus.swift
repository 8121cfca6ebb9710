import ArgumentParser
import PlatformAPI

/// The exit codes every command keeps to (README, "Exit codes").
enum ExitStatus: Int32 {
    case ok = 0
    case failed = 1
    case usage = 2
    case denied = 3
    case notFound = 4
    case unavailable = 5

    var code: ExitCode { ExitCode(rawValue) }

    /// What an API answer means for the shell.
    init(_ reason: APIError.Reason) {
        switch reason {
        case .denied: self = .denied
        case .notFound: self = .notFound
        case .unavailable: self = .unavailable
        case .invalid, .conflict, .failed, .notSupported: self = .failed
        }
    }
}
