import KubernetesClient
import PalanaCore

/// What became of the agent's pod. Decides from what the API server tells.
struct WorkloadObservation: Sendable {
    var image: String
    var isSuspended: Bool
    var pods: [ObservedPod]
    var claim: PersistentVolumeClaim?
    /// Why the workload's controller can't make the pod, in the API server's words; nil while nobody asked.
    var refusal: String?

    /// Nil when it runs.
    var trouble: Trouble? {
        guard !isSuspended else {
            return Trouble(
                pods.isEmpty ? "Suspended" : "Suspending",
                pods.isEmpty ? "suspended; set spec.suspended to false to go on" : "the pod is ending",
                isProgress: true)
        }
        guard let pod = pods.first(where: { !$0.isTerminating }) ?? pods.first else { return absent }
        if pod.isReady { return nil }
        return Self.trouble(of: pod, image: image) ?? unscheduled(pod) ?? claimTrouble
            ?? Trouble("Starting", "the pod \(pod.metadata.name) is starting", isProgress: true)
    }

    private var absent: Trouble {
        guard let refusal, !refusal.contains("status unknown for quota") else { return .notMade }
        if refusal.contains("exceeded quota") {
            return Trouble(
                "QuotaExceeded", "\(refusal); raise the quota or ask for less", retry: .after(.seconds(30)))
        }
        return Trouble("PodRefused", "the pod is refused: \(refusal)", retry: .after(.seconds(30)))
    }

    private func unscheduled(_ pod: ObservedPod) -> Trouble? {
        let scheduled = pod.status?.conditions?.first { $0.type == "PodScheduled" && $0.status == "False" }
        guard let scheduled else { return nil }
        let message = scheduled.message ?? scheduled.reason ?? "no node takes it"
        if message.contains("unbound") || message.contains("PersistentVolumeClaim"), let trouble = claimTrouble {
            return trouble
        }
        return Trouble(
            "Unschedulable", "no node takes the pod: \(message); ask for less in spec.resources, or add nodes")
    }

    /// A claim is bound when its pod finds a node at the latest.
    private var claimTrouble: Trouble? {
        guard let claim, claim.status?.phase != "Bound", claim.metadata.deletionTimestamp == nil else { return nil }
        let name = claim.spec?.storageClassName.map { "the StorageClass \(ShownText.quoted($0))" }
        if claim.status?.phase == "Lost" {
            return Trouble(
                "ClaimLost", "the volume of the claim \(claim.metadata.name) is gone; delete the claim to get a new one"
            )
        }
        return Trouble(
            "ClaimUnbound",
            "the claim \(claim.metadata.name) has no volume yet; check that "
                + "\(name ?? "the cluster has a default StorageClass that") provides volumes")
    }

    private static func trouble(of pod: ObservedPod, image: String) -> Trouble? {
        let statuses = (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
        for status in statuses {
            guard let waiting = status.state?.waiting, let reason = waiting.reason else { continue }
            switch reason {
            case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError":
                let detail = waiting.message.map { " (\($0))" } ?? ""
                return Trouble(
                    "ImageUnavailable",
                    "the image \(ShownText.quoted(image)) can't be pulled: \(reason)\(detail); check its name, and that "
                        + "the nodes may pull it")
            case "CrashLoopBackOff", "RunContainerError", "CreateContainerError", "CreateContainerConfigError":
                let code = status.lastState?.terminated?.exitCode.map { ", last exit code \($0)" } ?? ""
                let detail = waiting.message.map { " (\($0))" } ?? ""
                return Trouble(
                    "Crashing",
                    "the agent doesn't stay up: \(reason)\(code)\(detail); look at its logs, spec.command and image")
            default: continue
            }
        }
        guard pod.status?.phase == "Failed" else { return nil }
        let message = pod.status?.message ?? pod.status?.reason ?? "no reason given"
        return Trouble("PodFailed", "the pod failed: \(message)")
    }
}

extension Trouble {
    /// Nobody tells when it can't be: that is looked up.
    static let notMade = Trouble(
        "Starting", "the pod is not made yet", retry: .after(.seconds(5)), isProgress: true)
}
