import ArgumentParser
import AuditLog
import Foundation
import PalanaCore

/// Where a role ships its audit records.
struct ShippingOptions: ParsableArguments {
    @Option(
        name: .customLong("audit-otlp"),
        help: ArgumentHelp(
            "Ship audit records to this receiver of OTLP/HTTP, at least once; /v1/logs is added.", valueName: "url"))
    var endpoint: String?

    @Option(
        name: .customLong("audit-otlp-headers"),
        help: ArgumentHelp(
            "Headers of the requests, one 'Name: value' a line; read again as it changes.", valueName: "file"))
    var headersFile: String?

    @Option(
        name: .customLong("audit-otlp-ca"),
        help: ArgumentHelp(
            "The authority of the receiver's certificate, PEM (default: the system's).", valueName: "file"))
    var authorityFile: String?

    /// Nil when nothing is to be shipped.
    func configuration() throws -> ShippingConfiguration? {
        guard let endpoint else {
            guard headersFile == nil, authorityFile == nil else {
                throw ValidationError("--audit-otlp-headers and --audit-otlp-ca need --audit-otlp")
            }
            return nil
        }
        do throws(AuditFailure) {
            return try ShippingConfiguration(
                endpoint: endpoint, headersFile: headersFile.map(Self.absolute),
                authorityFile: authorityFile.map(Self.absolute))
        } catch {
            throw ValidationError("--audit-otlp: \(error.reason)")
        }
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
