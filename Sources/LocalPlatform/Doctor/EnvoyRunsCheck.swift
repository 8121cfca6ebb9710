internal import ServiceSupport

/// Whether Envoy gets as far as reading a configuration here: a binary may be there and lack the machine's C library.
struct EnvoyRunsCheck: DoctorCheck {
    var locator: ToolLocator

    func findings() async -> [DoctorFinding] {
        guard let envoy = await locator.find(.envoy).path else { return [] }
        let arguments = [
            "--mode", "validate", "--disable-hot-restart", "-l", "error", "--config-yaml", "node: {id: doctor}",
        ]
        let output = await CommandOutput.of(envoy, arguments, within: .seconds(20))
        if output.succeeded { return [DoctorFinding("envoy runs", .ok, "it accepts a configuration")] }
        return [
            DoctorFinding(
                "envoy runs", .missing, "\(envoy) doesn't accept an empty configuration: \(output.lastLine)",
                mend: "scripts/setup.sh")
        ]
    }
}
