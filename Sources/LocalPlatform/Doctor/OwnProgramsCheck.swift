internal import ServiceSupport

/// The two small static programs of the sandbox, which are built beside `palana` and not by it.
struct OwnProgramsCheck: DoctorCheck {
    /// Where they are looked for; empty means that nobody asked.
    var folders: [String]

    static let names = ["palana-init", "palana-guard"]

    func findings() async -> [DoctorFinding] {
        guard !folders.isEmpty else { return [] }
        let locator = ToolLocator(folders: folders)
        return Self.names.map { name in
            if let path = locator.path(of: name) { return DoctorFinding(name, .ok, path) }
            return DoctorFinding(name, .missing, "\(name) has not been built", mend: "make init")
        }
    }
}
