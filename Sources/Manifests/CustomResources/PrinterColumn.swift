internal import PalanaCore

/// A column of `kubectl get`.
struct PrinterColumn {
    var name: String
    /// `string`, `date`, `integer` or `boolean`.
    var type = "string"
    var path: String
    /// Shown with `-o wide` only.
    var isWide = false

    var value: JSONValue {
        .fields(
            ("name", .text(name)), ("type", .text(type)), ("jsonPath", .text(path)),
            ("priority", isWide ? .integer(1) : nil))
    }

    private static let age = PrinterColumn(name: "Age", type: "date", path: ".metadata.creationTimestamp")
    private static let ready = PrinterColumn(name: "Ready", path: #".status.conditions[?(@.type=="Ready")].status"#)
    private static let reason = PrinterColumn(
        name: "Why", path: #".status.conditions[?(@.type=="Ready")].message"#, isWide: true)

    static func of(_ kind: ResourceKind) -> [PrinterColumn] {
        switch kind {
        case .agent:
            [
                PrinterColumn(name: "Phase", path: ".status.phase"), ready,
                PrinterColumn(name: "Owner", path: ".spec.owner"),
                PrinterColumn(name: "Template", path: ".spec.template", isWide: true),
                PrinterColumn(name: "Namespace", path: ".status.namespace", isWide: true), reason, age,
            ]
        case .agentTemplate:
            [PrinterColumn(name: "Image", path: ".spec.image"), age]
        case .egressPolicy:
            [ready, PrinterColumn(name: "Grants", type: "boolean", path: ".spec.grants"), reason, age]
        case .killSwitch:
            [
                PrinterColumn(name: "Level", path: ".spec.level"), PrinterColumn(name: "Reason", path: ".spec.reason"),
                PrinterColumn(name: "Expires", path: ".spec.expiresAt", isWide: true), age,
            ]
        case .tenant:
            [
                PrinterColumn(name: "Owner", path: ".spec.owner"),
                PrinterColumn(name: "Kind", path: ".spec.ownerKind"), ready,
                PrinterColumn(name: "Namespace", path: ".status.namespace", isWide: true), reason, age,
            ]
        }
    }
}
