public import Foundation
public import PalanaCore

/// How an audit log is kept.
public struct AuditConfiguration: Sendable {
    public var folder: AuditFolder
    /// Names this writer's chain: 1 to 63 characters of `a-z0-9.-`.
    public var replica = "local"
    /// A new file is begun when one would grow beyond this, and with each day (UTC).
    public var fileBytes = 64 << 20
    /// A checkpoint after so many records at the latest …
    public var checkpointEvery = 1_000
    /// … or so long after the last, when there is something new.
    public var checkpointInterval: Duration = .seconds(60)
    /// Disk space kept back so that the last events of a full disk can be written; 0 for none.
    public var reserveBytes = 8 << 20
    /// When events can't be written: false refuses (`record` throws), true goes on and leaves a marker with the count.
    public var bestEffort = false
    /// Records waiting for their turn; beyond it `record` throws.
    public var longestQueue = 16_384
    /// What a record looks like.
    public var mapping: OCSFMapping
    /// The time of day, for file names, checkpoints and the log's own records. Events bring their own.
    public var now: @Sendable () -> Date = { Date() }

    public init(folder: AuditFolder, mapping: OCSFMapping) {
        self.folder = folder
        self.mapping = mapping
    }
}
