import Foundation
import PalanaCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The sockets of this network namespace as the kernel lists them (proc(5), /proc/net): answers who listens where without
/// a connection that the listener would see.
enum SocketTable: String {
    case unix, tcp, tcp6

    /// The lines below the heading; none when the table can't be read.
    var lines: [Substring] {
        text().split(separator: "\n").dropFirst().map(\.self)
    }

    /// Read to its end by hand: files of /proc say that they are empty, and Foundation may believe them.
    private func text() -> String {
        let descriptor = open("/proc/net/\(rawValue)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }
}
