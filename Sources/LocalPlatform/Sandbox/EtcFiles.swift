import Foundation

/// The sandbox's `/etc`: a few files of our own, and those of the host that programs need and that say nothing about it.
struct EtcFiles {
    /// Name below `/etc` → text.
    let generated: [String: String]

    /// Files and folders that are taken from the root folder, when they are there.
    static let taken = [
        "alternatives", "bash.bashrc", "debian_version", "fonts", "inputrc", "ld.so.cache", "ld.so.conf",
        "ld.so.conf.d", "locale.alias", "localtime", "magic", "mime.types", "networks", "os-release", "perl", "profile",
        "protocols", "python3", "rpc", "services", "ssl/openssl.cnf", "terminfo", "timezone",
    ]
    /// Debian keeps the settings of its JVMs there, and without them they don't start.
    static func isJava(_ name: String) -> Bool { name.hasPrefix("java-") }

    /// Where distributions look for the bundle of trusted CAs (Debian, Red Hat, Alpine).
    static let bundles = ["ssl/certs/ca-certificates.crt", "pki/tls/certs/ca-bundle.crt", "ssl/cert.pem"]

    init(user: UInt32, host: String) {
        generated = [
            "passwd": "root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nagent:x:\(user):\(user):agent:/data:/bin/sh\n"
                + "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
            "group": "root:x:0:\nagent:x:\(user):\nnogroup:x:65534:\n",
            "hosts": "127.0.0.1 localhost \(host)\n::1 localhost\n",
            "hostname": host + "\n",
            "resolv.conf": "nameserver 127.0.0.1\noptions timeout:2 attempts:2\n",
            "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n",
        ]
    }

    /// Writes the files into a folder, which is made when it is missing.
    func write(to folder: String) throws(SandboxError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, text) in generated {
                let path = "\(folder)/\(name)"
                try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            }
        } catch {
            throw .failed("Can't write the sandbox's files into \(folder): \(error.localizedDescription)")
        }
    }
}
