import Foundation

/// What a process listens on by TCP, from `/proc` (proc_net(5)).
enum ListeningSockets {
    struct Port: Hashable {
        /// Hexadecimal, in the machine's byte order.
        var address: String
        var number: Int
    }

    static func of(pid: Int32) throws -> [Port] {
        let inodes = try inodes(of: pid)
        return try ["tcp", "tcp6"].flatMap { try listening("/proc/\(pid)/net/\($0)", inodes) }
    }

    private static func inodes(of pid: Int32) throws -> Set<String> {
        let folder = "/proc/\(pid)/fd"
        let targets = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
        return Set(targets.filter { $0.hasPrefix("socket:[") }.map { String($0.dropFirst(8).dropLast()) })
    }

    private static func listening(_ table: String, _ inodes: Set<String>) throws -> [Port] {
        try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields[3] == "0A", inodes.contains(String(fields[9])) else { return nil }
            let local = fields[1].split(separator: ":")
            return Int(local[1], radix: 16).map { Port(address: String(local[0]), number: $0) }
        }
    }
}

/// `curl`, for requests our own client wouldn't make.
enum Curl {
    /// The HTTP status as three digits, `000` when none came.
    static func status(_ url: String, _ more: String...) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-sk", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}"] + more + [url]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
