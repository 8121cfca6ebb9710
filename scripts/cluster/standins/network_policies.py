#!/usr/bin/env python3
"""Enforces NetworkPolicies on the test cluster's node: network_policies.py CLUSTER POD-RANGE

The stand-in for what a network plug-in does. The file CLUSTER/policies-off switches it off; CLUSTER/policies says "on" or
"off" for what nftables was told last.
"""

import os
import subprocess
import threading

import api
import policy_rules


class Enforcer:
    def __init__(self, cluster, pod_range):
        self.cluster, self.pod_range = cluster, pod_range
        self.last = None
        self.changed = threading.Event()
        access = api.API(cluster)
        self.namespaces = api.Mirror(access, "/api/v1/namespaces", self.changed)
        self.pods = api.Mirror(access, "/api/v1/pods", self.changed)
        self.policies = api.Mirror(access, "/apis/networking.k8s.io/v1/networkpolicies", self.changed)

    def run(self):
        self.tell(policy_rules.Rules([], [], [], self.pod_range).text(), "on")
        # Twice a second at least: the switch is a file.
        api.run(self.enforce, [self.namespaces, self.pods, self.policies], self.changed, period=0.5)

    def enforce(self):
        if os.path.exists(os.path.join(self.cluster, "policies-off")):
            self.tell(policy_rules.OFF, "off")
        else:
            rules = policy_rules.Rules(self.namespaces.all(), self.pods.all(), self.policies.all(), self.pod_range)
            self.tell(rules.text(), "on")

    def tell(self, text, state):
        if text == self.last:
            return
        done = subprocess.run(["nft", "-f", "-"], input=text, text=True, capture_output=True)
        if done.returncode:
            raise ValueError(f"nft: {done.stderr}\n{text}")
        self.last = text
        api.say(f"{state}: {text.count('chain ')} chains, {text.count(' return')} rules")
        with open(os.path.join(self.cluster, ".policies.new"), "w", encoding="utf-8") as file:
            file.write(state)
        os.rename(os.path.join(self.cluster, ".policies.new"), os.path.join(self.cluster, "policies"))


if __name__ == "__main__":
    Enforcer(*api.arguments("CLUSTER", "POD-RANGE")).run()
