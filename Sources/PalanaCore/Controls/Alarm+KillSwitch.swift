/// What an alarm comes to.
extension Alarm {
    /// The switch that stops its agent, under a name of its own; where it is made a namespace belongs to it.
    public var killSwitch: KillSwitch {
        KillSwitch(
            metadata: ObjectMeta(name: "alarm-\(name.prefix(40))-\(UInt32.random(in: 0..<UInt32.max))"),
            spec: KillSwitchSpec(target: KillTarget(agent: "\(owner)/\(name)"), level: level, reason: reason))
    }

    /// For the audit log.
    public func event(of kill: KillSwitch) -> AuditEvent {
        var event = AuditEvent(kind: .platform, action: "alarm", outcome: .succeeded)
        event.agent = agent
        event.agentName = name
        event.owner = owner
        event.resource = ResourceKey(.killSwitch, kill.metadata.name).description
        event.reason = reason
        return event
    }
}
