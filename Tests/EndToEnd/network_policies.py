#!/usr/bin/env python3
"""Proves on real pods that the test cluster enforces NetworkPolicies: tables of who reaches whom, for one set of policies
after the other. What the platform's own tests say about isolation is worth as much as this.

Runs on the node (scripts/cluster.sh enter). Prints a line "ok …" or "not ok …" for each set and pod.
"""

import concurrent.futures
import fnmatch
import json
import os
import subprocess
import sys
import time

RED, BLUE = "e2e-red", "e2e-blue"
NAMESPACES = {"red": RED, "blue": BLUE}
PODS = ["red/one", "red/two", "blue/one", "blue/two"]
PORTS = [("tcp", 8080), ("tcp", 9090), ("udp", 5300)]
# What is no pod of ours; all of it answers.
PLACES = {
    "service": None,  # the cluster address of a Service of blue/one, port 80 → 8080
    "outside": "tcp:11.0.0.1:80",
    "elsewhere": "tcp:11.0.0.2:80",
    "metadata": "tcp:169.254.169.254:80",
    "api-server": "tcp:10.96.0.1:443",
    "kubelet": "tcp:10.99.0.1:10250",
    "dns": "tcp:10.96.0.10:53",
}
SETTLE_SECONDS = 20


def kubectl(*words, body=None):
    done = subprocess.run(
        ["kubectl", *words], input=None if body is None else json.dumps(body), capture_output=True, text=True, timeout=90
    )
    if done.returncode:
        raise RuntimeError(f"kubectl {' '.join(words)}: {done.stderr}")
    return done.stdout


def namespaced(pod):
    team, name = pod.split("/")
    return NAMESPACES[team], name


def pod(team, name):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": NAMESPACES[team], "name": name, "labels": {"name": name}},
        "spec": {
            "automountServiceAccountToken": False,
            "terminationGracePeriodSeconds": 0,
            "containers": [
                {
                    "name": "probe",
                    "image": "palana.dev/test/probe:1",
                    "imagePullPolicy": "Never",
                    "ports": [{"name": "web", "containerPort": 8080}, {"name": "more", "containerPort": 9090}],
                    "readinessProbe": {"tcpSocket": {"port": 8080}, "periodSeconds": 1},
                }
            ],
        },
    }


def policy(team, name, **specification):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": NAMESPACES[team], "name": name},
        "spec": {"podSelector": {}, **specification},
    }


def items(*objects):
    return {"apiVersion": "v1", "kind": "List", "items": list(objects)}


CLOSED = policy("red", "closed", policyTypes=["Ingress", "Egress"])
TEAM_BLUE, TEAM_RED = ({"namespaceSelector": {"matchLabels": {"team": team}}} for team in ("blue", "red"))

# What each set of policies says: rows (who, whom, verdict), the last that fits decides; open where none does.
SETS = [
    ("no policy", [], []),
    (
        "default deny in one namespace",
        [CLOSED],
        [("red/*", "*", "closed"), ("*", "red/*", "closed"), ("@self", "@self", "open")],
    ),
    (
        "egress to a named port, and to the DNS",
        [
            CLOSED,
            policy(
                "red",
                "way-out",
                policyTypes=["Egress"],
                podSelector={"matchExpressions": [{"key": "name", "operator": "NotIn", "values": ["two"]}]},
                egress=[
                    {
                        "to": [{**TEAM_BLUE, "podSelector": {"matchLabels": {"name": "one"}}}],
                        "ports": [{"port": "web"}],
                    },
                    {"ports": [{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]},
                ],
            ),
        ],
        [
            ("red/*", "*", "closed"),
            ("*", "red/*", "closed"),
            ("@self", "@self", "open"),
            ("red/one", "blue/one tcp 8080", "open"),
            ("red/one", "service", "open"),
            ("red/one", "dns", "open"),
        ],
    ),
    (
        "ingress from one pod of another namespace",
        [
            policy(
                "blue",
                "way-in",
                policyTypes=["Ingress"],
                podSelector={"matchLabels": {"name": "two"}},
                ingress=[
                    {"from": [{**TEAM_RED, "podSelector": {"matchLabels": {"name": "one"}}}], "ports": [{"port": 9090}]},
                    {"from": [{"podSelector": {}}], "ports": [{"port": 5300, "protocol": "UDP"}]},
                ],
            )
        ],
        [
            ("*", "blue/two *", "closed"),
            ("@self", "@self", "open"),
            ("red/one", "blue/two tcp 9090", "open"),
            ("blue/one", "blue/two udp 5300", "open"),
        ],
    ),
    (
        "egress by addresses, some of them excepted",
        [
            policy(
                "red",
                "internet",
                policyTypes=["Egress"],
                egress=[
                    {
                        "to": [
                            {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "169.254.0.0/16", "11.0.0.2/32"]}}
                        ],
                        "ports": [{"port": 80}],
                    }
                ],
            )
        ],
        [("red/*", "*", "closed"), ("red/*", "outside", "open"), ("@self", "@self", "open")],
    ),
]


class Cluster:
    def __init__(self):
        kubectl(
            "apply",
            "-f",
            "-",
            body=items(
                *(
                    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": team}}}
                    for team, name in NAMESPACES.items()
                )
            ),
        )
        kubectl(
            "apply",
            "-f",
            "-",
            body=items(
                *(pod(*name.split("/")) for name in PODS),
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {"namespace": BLUE, "name": "one"},
                    "spec": {"selector": {"name": "one"}, "ports": [{"port": 80, "targetPort": "web"}]},
                },
            ),
        )
        for namespace in NAMESPACES.values():
            kubectl("wait", "pods", "--all", "-n", namespace, "--for=condition=Ready", "--timeout=60s")
        self.targets = {}
        for name in PODS:
            namespace, own = namespaced(name)
            address = kubectl("get", "pod", own, "-n", namespace, "-o", "jsonpath={.status.podIP}")
            for protocol, port in PORTS:
                self.targets[f"{name} {protocol} {port}"] = f"{protocol}:{address}:{port}"
        service = kubectl("get", "service", "one", "-n", BLUE, "-o", "jsonpath={.spec.clusterIP}")
        self.targets.update({**PLACES, "service": f"tcp:{service}:80"})

    def probe(self, source):
        """What a pod reaches, by the names of the table."""
        namespace, name = namespaced(source)
        asked = ["exec", name, "-n", namespace, "--", "/usr/bin/python3", "/probe/probe.py", *self.targets.values()]
        answers = dict(line.split() for line in kubectl(*asked).splitlines())
        return {target: answers[address] for target, address in self.targets.items()}

    def source_address(self, source):
        """Whom a Service's pod sees: a connection to the Service must not hide behind the node."""
        namespace, name = namespaced(source)
        host = self.targets["service"].split(":")[1]
        script = f"import socket; print(socket.create_connection(({host!r}, 80), 5).recv(100).decode().strip())"
        seen = kubectl("exec", name, "-n", namespace, "--", "/usr/bin/python3", "-c", script).strip()
        return seen, kubectl("get", "pod", name, "-n", namespace, "-o", "jsonpath={.status.podIP}")


def wanted(rows, source, target):
    verdict = "open"
    for who, whom, says in rows:
        own = target.startswith(f"{source} ")
        fits = own if who == "@self" else fnmatch.fnmatch(source, who) and fnmatch.fnmatch(target, whom)
        if fits:
            verdict = says
    return verdict


def check(cluster, title, rows):
    """Policies take effect some time after they are made, so what differs is asked again for a while."""
    deadline = time.monotonic() + SETTLE_SECONDS
    left = list(PODS)
    while left:
        with concurrent.futures.ThreadPoolExecutor(len(left)) as pool:
            seen = dict(zip(left, pool.map(cluster.probe, left)))
        late = time.monotonic() > deadline
        for source, answers in seen.items():
            wrong = [
                f"{target} is {verdict}" for target, verdict in answers.items() if verdict != wanted(rows, source, target)
            ]
            if not wrong:
                print(f"ok {title}: {source} reaches what it may and nothing else ({len(answers)} places)", flush=True)
            elif late:
                print(f"not ok {title}: {source}: {'; '.join(wrong)}", flush=True)
            if not wrong or late:
                left.remove(source)


def apply(policies):
    """These and no others."""
    for namespace in NAMESPACES.values():
        kubectl("delete", "networkpolicies", "--all", "-n", namespace)
    if policies:
        kubectl("apply", "-f", "-", body=items(*policies))


def switch(state):
    """As scripts/cluster.sh policies does it from outside of the node."""
    folder = os.environ["PALANA_CLUSTER"]
    off = os.path.join(folder, "policies-off")
    if state == "off":
        open(off, "w", encoding="utf-8").close()
    else:
        os.remove(off)
    deadline = time.monotonic() + SETTLE_SECONDS
    while open(os.path.join(folder, "policies"), encoding="utf-8").read() != state:
        if time.monotonic() > deadline:
            raise RuntimeError(f"NetworkPolicies are not {state}")
        time.sleep(0.1)


def main():
    cluster = Cluster()
    for title, policies, rows in SETS:
        apply(policies)
        check(cluster, title, rows)
        if not policies:
            seen, own = cluster.source_address("red/one")
            verdict = "ok" if seen == own else "not ok"
            print(f"{verdict} a Service shows its pod who asked ({seen}, {own})", flush=True)
    apply([CLOSED])
    check(cluster, "enforced", SETS[1][2])
    switch("off")
    check(cluster, "not enforced", [])
    switch("on")
    check(cluster, "enforced again", SETS[1][2])


if __name__ == "__main__":
    sys.exit(main())
