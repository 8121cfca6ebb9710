public import PalanaCore

/// TCP ports of this machine.
public enum TCPPort {
    /// Whether a process accepts connections at exactly this address and port, without connecting to it (proc(5),
    /// /proc/net/tcp: state 0A, addresses as 32-bit numbers in the machine's byte order).
    public static func isListening(_ port: UInt16, on address: IPAddress) -> Bool {
        let wanted = hexadecimal(address) + ":" + padded(String(port, radix: 16, uppercase: true), to: 4)
        let table: SocketTable = address.isIPv4 ? .tcp : .tcp6
        return table.lines.contains { line in
            let fields = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: true)
            return fields.count > 3 && fields[1] == wanted && fields[3] == "0A"
        }
    }

    private static func hexadecimal(_ address: IPAddress) -> String {
        stride(from: 0, to: address.bytes.count, by: 4).map { start in
            let number = address.bytes[start..<start + 4].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
            return padded(String(number, radix: 16, uppercase: true), to: 8)
        }.joined()
    }

    private static func padded(_ text: String, to width: Int) -> String {
        String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
