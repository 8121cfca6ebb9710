public import ArgumentParser
public import PalanaCore

// The core's closed sets of words as people type them.
extension SecretPosition: ExpressibleByArgument {}
extension SecretMode: ExpressibleByArgument {}
extension AuditEvent.Outcome: ExpressibleByArgument {}
extension RefusalCode: ExpressibleByArgument {}
extension KillSwitchSpec.Level: ExpressibleByArgument {}
