import ControllerRuntime
import KubernetesClient
import PalanaCore

/// Makes what one Agent needs, in steps that each have a condition:
///
/// ```
/// place → finalizer → namespace → policies and the way out → placeholders → workload → status, once
/// ```
/// A step that fails keeps those after it from being gone: nothing runs before its policies are there.
struct AgentReconciler: Sendable {
    let client: KubernetesClient
    let view: ClusterView
    let assignments: AssignmentStanding
    let reporter: AgentReporter
    let removal: AgentRemoval
    /// Why the cluster doesn't enforce NetworkPolicies; nil when it does or nobody has found out.
    let unenforced: @Sendable () -> String?
    /// The wall clock, by which kill switches end.
    let now: @Sendable () -> Timestamp

    private func applier(in home: String) -> ObjectApplier {
        ObjectApplier(client: client, place: view.namespaces.object(ObjectKey(home)))
    }

    func reconcile(_ key: ObjectKey) async throws -> ReconcileOutcome {
        guard let agent = view.agents.object(key) else { return .done }
        if agent.isTerminating { return try await removal.reconcile(agent) }
        let now = now()
        let order = view.order(of: agent, at: now)
        // One that is in another's place has no pods of its own.
        if let level = order.effectiveLevel, level >= .suspend, agent.isInPlace { try await stop(agent) }
        guard !order.isDeleted else {
            try await client.delete(
                Agent.self, key.name, in: key.namespace, DeleteOptions(uid: agent.metadata.uid))
            return .done
        }
        var report = AgentReport()
        report.order = order
        guard let current = try await build(agent, &report) else { return .requeue(after: .seconds(5)) }
        try await reporter.write(report, on: current)
        let outcome = try report.trouble?.outcome() ?? .done
        guard outcome == .done, let next = order.nextChange else { return outcome }
        return .requeue(after: .seconds(max(1, next.seconds - now.seconds)))
    }

    /// - Returns: the Agent as it is by now; nil when there is nothing to be said yet.
    private func build(_ start: Agent, _ report: inout AgentReport) async throws -> Agent? {
        let kind: TenantSpec.OwnerKind
        do throws(Trouble) {
            kind = try AgentPlace.checked(start, view.tenant(of: start))
        } catch {
            report.add(.namespaceReady, error)
            return start
        }
        if let trouble = room(for: start) {
            report.add(.namespaceReady, trouble)
            return start
        }
        var agent = try await withFinalizer(start)
        var plan = plan(agent, kind)
        guard try await step(.namespaceReady, &report, { try await makeNamespace(plan) }) else { return agent }
        if agent.status?.egressPort == nil {
            // Meanwhile it may have got one.
            guard let now = view.agents.object(agent.key), now.metadata.generation == agent.metadata.generation,
                !now.isTerminating
            else { return nil }
            (agent, plan) = (now, self.plan(now, kind))
        }
        guard let port = agent.status?.egressPort else {
            guard let trouble = assignments.trouble(of: agent) else { return nil }
            report.add(.policyReady, trouble)
            return agent
        }
        var addresses: [String] = []
        let isOpen = try await step(.policyReady, &report) {
            let (trouble, found) = try await openWay(plan, port)
            addresses = found
            return trouble
        }
        guard isOpen, try await step(.secretsReady, &report, { AgentPlaceholders.trouble(plan.agent) }) else {
            return agent
        }
        _ = try await step(.workloadReady, &report) { try await run(plan, addresses) }
        return agent
    }

    private func room(for agent: Agent) -> Trouble? {
        // With many agents a look at all of them for each is dear.
        guard let tenant = view.tenant(of: agent), tenant.spec.quota != nil, agent.status?.namespace == nil else {
            return nil
        }
        let others = view.agents.informer.objects("home", tenant.namespace).map { view.agents.object($0.key) ?? $0 }
        return TenantRoom.trouble(
            for: agent, of: tenant, among: others, retained: view.retainedStorage(of: tenant.spec.owner),
            templates: view.template)
    }

    private func plan(_ agent: Agent, _ kind: TenantSpec.OwnerKind) -> AgentPlan {
        var effective = agent.effective(with: view.template(of: agent))
        // One that a kill switch stops has no pod, just as one that its owner suspends.
        if view.order(of: agent, at: now()).processes == .stop { effective.spec.suspended = true }
        return AgentPlan(agent: effective, ownerKind: kind, configuration: view.configuration)
    }

    /// - Returns: whether the next step may be gone.
    private func step(
        _ type: ConditionType, _ report: inout AgentReport, _ body: () async throws -> Trouble?
    ) async throws -> Bool {
        let trouble: Trouble?
        do {
            trouble = try await body()
        } catch let known as Trouble {
            trouble = known
        } catch let failure as KubernetesFailure {
            guard let known = Trouble(failure) else { throw failure }
            trouble = known
        }
        report.add(type, trouble)
        return trouble?.isBlocking != true
    }

    /// Before anything is made, so that nothing is left behind.
    private func withFinalizer(_ agent: Agent) async throws(KubernetesFailure) -> Agent {
        let finalizers = agent.metadata.finalizers ?? []
        guard !finalizers.contains(OperatorConfiguration.finalizer) else { return agent }
        return try await view.agents.patchFinalizers(agent, finalizers + [OperatorConfiguration.finalizer], client)
    }

    // MARK: - Steps

    private func makeNamespace(_ plan: AgentPlan) async throws -> Trouble? {
        let there = view.namespaces.object(ObjectKey(plan.home))
        let claim = NamespaceClaim(there, of: plan.agent)
        if let trouble = claim.trouble(there) { return trouble }
        let bundle = try view.certificateBundle()
        let settler = ObjectApplier(client: client)
        guard try await settler.settle(plan.namespace, in: view.namespaces, evenIf: claim == .retained) else {
            return .justTaken(plan.home)
        }
        let applier = applier(in: plan.home)
        try await applier.apply(plan.closed, in: view.policies)
        try await applier.apply(plan.account, in: view.accounts)
        try await applier.apply(plan.limits, in: view.limits)
        // A claim that is to grow needs a quota that has grown.
        if view.quotas.object(quota(plan).key) != nil { try await applier.apply(quota(plan), in: view.quotas) }
        try await applier.apply(plan.claim, in: view.claims)
        try await applier.apply(plan.certificates(bundle), in: view.certificates)
        try await applier.apply(plan.role, in: view.roles)
        try await applier.apply(plan.binding, in: view.bindings)
        return nil
    }

    private func openWay(_ plan: AgentPlan, _ port: Int) async throws -> (Trouble?, addresses: [String]) {
        let meetings = PeerMeetings(of: plan.agent) { id in
            view.agent(id: id.rawValue).map { $0.effective(with: view.template(of: $0)) }
        }
        let applier = applier(in: plan.home)
        try await applier.apply(plan.openings(port: port, meetings), in: view.policies)
        try await applier.apply(plan.admission(port: port), in: view.policies)
        let service = try await applier.apply(plan.egress(port: port), in: view.services)
        let gateways = view.readyGateways
        try await applier.apply(plan.slice(port: port, gateways), in: view.slices)
        guard let address = service.spec?.clusterIP, !address.isEmpty, address != "None" else {
            throw Trouble(
                "NoAddress", "the Service \(plan.home)/\(AgentObjectNames.egressService) has no address yet",
                retry: .after(.seconds(5)), isProgress: true)
        }
        if let sentence = unenforced() {
            return (Trouble("NotEnforced", sentence, isBlocking: false), [address])
        }
        guard gateways.isEmpty else { return (nil, [address]) }
        let trouble = Trouble(
            "NoGateway",
            "no pod of the gateway is ready in \(view.configuration.namespace), so the agent reaches nothing; look at "
                + "the gateway's pods", isBlocking: false)
        return (trouble, [address])
    }

    private func run(_ plan: AgentPlan, _ addresses: [String]) async throws -> Trouble? {
        let agent = plan.agent
        if let name = agent.spec.template, view.templates.object(ObjectKey(name)) == nil {
            return Trouble(
                "TemplateMissing",
                "there is no AgentTemplate \(ShownText.quoted(name)); create it, or take spec.template out")
        }
        let applier = applier(in: plan.home)
        // A new one not earlier: until it has been counted it holds up all that it is about, the claim and the Service, too.
        try await applier.apply(quota(plan), in: view.quotas)
        let wanted = try plan.workload(egressAddresses: addresses, scheduling(agent))
        let workload = try await applier.apply(wanted, in: view.workloads)
        let pods = view.pods(of: agent.id)
        return WorkloadObservation(
            image: agent.spec.image ?? "", isSuspended: agent.spec.suspended == true, pods: pods,
            claim: view.claims.object(plan.claim.key),
            refusal: pods.isEmpty ? try await refusal(of: workload) : nil
        ).trouble
    }

    private func scheduling(_ agent: Agent) -> PodScheduling {
        agent.spec.runtimeClassName.flatMap { view.scheduling(ofRuntimeClass: $0) } ?? PodScheduling()
    }

    private func quota(_ plan: AgentPlan) -> ResourceQuota { plan.quota(overhead: scheduling(plan.agent).overhead) }

    /// Ends what runs, whatever else keeps the agent from being made: an owner who could hold up a step (by a template that
    /// isn't there) must not hold up a kill. At once: one that is killed gets no time to finish.
    private func stop(_ agent: Agent) async throws(KubernetesFailure) {
        let key = ObjectKey(AgentObjectNames.workload, in: agent.id.rawValue)
        if let workload = view.workloads.object(key), workload.spec?.replicas != 0 {
            view.workloads.wrote(
                try await client.patch(StatefulSet.self, key.name, in: key.namespace, ["spec": ["replicas": 0]]))
        }
        for pod in view.pods(of: agent.id) {
            // Not 0: then the pod would be gone from the API server before its processes are gone from the node.
            try await client.delete(
                Pod.self, pod.metadata.name, in: pod.metadata.namespace,
                DeleteOptions(uid: pod.metadata.uid, gracePeriodSeconds: 1))
        }
    }

    /// What the workload's controller says of a pod that it can't make. Its status doesn't: where making the pod failed,
    /// older servers leave the count of pods as it was.
    private func refusal(of workload: StatefulSet) async throws(KubernetesFailure) -> String? {
        guard workload.spec?.replicas != 0, let seen = workload.status?.observedGeneration,
            seen == workload.metadata.generation
        else { return nil }
        let name = workload.metadata.name
        let selection = Selection(
            fields: "involvedObject.kind=StatefulSet,involvedObject.name=\(name),reason=FailedCreate")
        let events = try await client.list(Event.self, in: workload.metadata.namespace, where: selection)
        return events.items.max { ($0.lastTimestamp?.seconds ?? 0) < ($1.lastTimestamp?.seconds ?? 0) }?.message
    }
}

extension ObjectApplier {
    /// Compared by its digest: what it holds isn't kept.
    func apply(
        _ wanted: CertificateMap, in store: OwnedStore<CertificateMap>
    ) async throws(KubernetesFailure) {
        if let there = store.object(wanted.key), !isGone(there), there.digest == wanted.digest,
            store.isCovered(wanted.frame, by: there.frame)
        {
            return
        }
        try await apply(wanted, in: store, evenIf: true)
    }
}
