import AuditLog
import Foundation
import LocalPlatform
import PalanaCore
import Yams

/// `config.yaml` in the state folder: the settings of `palana up` that stay.
enum ConfigurationFile {
    /// The file's settings, or none when there is no file.
    /// - Throws: `CommandFailure` that names the file and the field.
    static func read(_ path: String) throws -> PlatformConfiguration {
        guard FileManager.default.fileExists(atPath: path) else { return PlatformConfiguration() }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure(.failed, "\(path) can't be read as UTF-8 text")
        }
        do {
            try refuseUnknownFields(text, path)
            guard !text.allSatisfy(\.isWhitespace) else { return PlatformConfiguration() }
            let configuration = try YAMLDecoder().decode(PlatformConfiguration.self, from: text)
            try check(configuration, path)
            try checkAlarms(configuration, path)
            try checkReceiver(configuration, path)
            return configuration
        } catch let error as YamlError {
            throw CommandFailure(.failed, "\(path): \(error)")
        } catch let error as DecodingError {
            throw CommandFailure(.failed, "\(path): \(Self.sentence(error))")
        }
    }

    private static func check(_ configuration: PlatformConfiguration, _ path: String) throws {
        let seconds = 0...PlatformConfiguration.longestSecretCache
        guard configuration.secretCacheSeconds.map(seconds.contains) ?? true else {
            throw CommandFailure(
                .failed, "\(path): secretCacheSeconds: \(seconds.lowerBound) to \(seconds.upperBound) are allowed")
        }
    }

    private static func checkAlarms(_ configuration: PlatformConfiguration, _ path: String) throws {
        if let problem = configuration.alarms?.problems.first {
            throw CommandFailure(.failed, "\(path): \(problem)")
        }
    }

    private static func checkReceiver(_ configuration: PlatformConfiguration, _ path: String) throws {
        do throws(AuditFailure) {
            _ = try configuration.auditOTLP?.shipping()
        } catch {
            throw CommandFailure(.failed, "\(path): auditOTLP: \(error.reason)")
        }
    }

    private static func refuseUnknownFields(_ text: String, _ path: String) throws {
        guard let mapping = try Yams.compose(yaml: text)?.mapping else { return }
        try refuse(unknownIn: mapping, but: PlatformConfiguration.fields, "", path)
        if let receiver = mapping[Node("auditOTLP")]?.mapping {
            try refuse(unknownIn: receiver, but: AuditReceiver.fields, "auditOTLP.", path)
        }
        guard let alarms = mapping[Node("alarms")]?.mapping else { return }
        try refuse(unknownIn: alarms, but: ["canary", "placeholders", "denials"], "alarms.", path)
        for name in ["placeholders", "denials"] {
            guard let threshold = alarms[Node(name)]?.mapping else { continue }
            try refuse(unknownIn: threshold, but: ["count", "within", "level"], "alarms.\(name).", path)
        }
    }

    private static func refuse(
        unknownIn mapping: Node.Mapping, but known: [String], _ place: String, _ path: String
    ) throws {
        for case let name? in mapping.keys.map(\.string) where !known.contains(name) {
            throw CommandFailure(
                .failed, "\(path): \(place)\(name): unknown field; the fields are \(known.joined(separator: ", "))")
        }
    }

    private static func sentence(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            let field = context.codingPath.map(\.stringValue).joined(separator: ".")
            return "\(field.isEmpty ? "the document" : field): \(context.debugDescription)"
        @unknown default: return "\(error)"
        }
    }
}

extension AuditReceiver {
    /// - Throws: what is wrong with it.
    func shipping() throws(AuditFailure) -> ShippingConfiguration {
        for file in [headersFile, caFile].compactMap(\.self) where !file.hasPrefix("/") {
            throw AuditFailure("\(file) must be an absolute path")
        }
        return try ShippingConfiguration(endpoint: endpoint, headersFile: headersFile, authorityFile: caFile)
    }
}
