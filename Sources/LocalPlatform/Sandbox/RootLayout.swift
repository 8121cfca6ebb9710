import Foundation

/// The read-only folders that programs of the sandbox come from: the host's `/usr`, or an unpacked image.
struct RootLayout: Equatable {
    /// What bubblewrap is told. Links stay links: they are followed inside the sandbox, never on the host.
    var arguments: [String]

    /// Entries of an image that the sandbox has of its own.
    private static let own: Set<String> = ["data", "dev", "etc", "lost+found", "proc", "run", "sys", "tmp"]
    private static let hostFolders = ["bin", "lib", "lib32", "lib64", "libx32", "sbin"]

    /// Reads the layout of the host (`folder` nil) or of an image.
    static func read(image folder: String?) throws(SandboxError) -> RootLayout {
        guard let folder else {
            let java = ((try? FileManager.default.contentsOfDirectory(atPath: "/etc")) ?? []).filter(EtcFiles.isJava)
            let names = hostFolders + (EtcFiles.taken + java.sorted()).map { "etc/\($0)" }
            return RootLayout(
                arguments: ["--ro-bind", "/usr", "/usr"] + names.flatMap { entry("/\($0)", as: "/\($0)") })
        }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder), names.contains("usr") else {
            throw .refused("Image \(folder): not a folder with an unpacked root file system (it has no usr)")
        }
        let ours = Set(EtcFiles(user: 1, host: "").generated.keys).union(EtcFiles.bundles.compactMap(topName))
        let etc = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/etc")) ?? []
        let all = names.filter { !own.contains($0) } + etc.filter { !ours.contains($0) }.map { "etc/\($0)" }
        return RootLayout(arguments: all.sorted().flatMap { entry("\(folder)/\($0)", as: "/\($0)") })
    }

    private static func topName(_ path: String) -> String? { path.split(separator: "/").first.map(String.init) }

    private static func entry(_ source: String, as destination: String) -> [String] {
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: source) {
            return ["--symlink", target, destination]
        }
        guard FileManager.default.fileExists(atPath: source) else { return [] }
        return ["--ro-bind", source, destination]
    }
}
