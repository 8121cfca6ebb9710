"""networking.k8s.io/v1 as nftables rules for the pods of one bridge. Nothing is read or changed here.

https://kubernetes.io/docs/concepts/services-networking/network-policies/ to the letter: a pod that no policy of a direction
selects is open in it; otherwise only what one of its policies' rules admits passes. Answers to an admitted connection pass.
A pod reaches itself, and the node reaches its pods. Addresses that are no running pod's yet are closed both ways, so that
nothing passes before its policies are known. IPv6, which the cluster doesn't have, is closed.
"""

TABLE = "palana_policies"
OFF = f"table inet {TABLE}\ndelete table inet {TABLE}\n"


def selects(selector, labels):
    for name, value in (selector.get("matchLabels") or {}).items():
        if labels.get(name) != value:
            return False
    for term in selector.get("matchExpressions") or []:
        name, values = term["key"], term.get("values") or []
        holds = {
            "In": name in labels and labels[name] in values,
            "NotIn": name not in labels or labels[name] not in values,
            "Exists": name in labels,
            "DoesNotExist": name not in labels,
        }[term["operator"]]
        if not holds:
            return False
    return True


class Pod:
    """A pod with an address of its own."""

    def __init__(self, item):
        self.namespace = item["metadata"]["namespace"]
        self.name = item["metadata"]["name"]
        self.labels = item["metadata"].get("labels") or {}
        self.address = item["status"]["podIP"]
        self.ports = [port for container in item["spec"]["containers"] for port in container.get("ports") or []]

    @staticmethod
    def running(items):
        return [
            Pod(item)
            for item in items
            if item.get("status", {}).get("podIP")
            and not item["spec"].get("hostNetwork")
            and item["status"].get("phase") in ("Pending", "Running")
        ]

    def number(self, name, protocol):
        """The port of that name, or None."""
        for port in self.ports:
            if port.get("name") == name and port.get("protocol", "TCP") == protocol:
                return port["containerPort"]
        return None


class Rules:
    def __init__(self, namespaces, pods, policies, pod_range):
        # 1.21 and newer label every namespace with its name.
        self.namespaces = {
            item["metadata"]["name"]: {
                **(item["metadata"].get("labels") or {}),
                "kubernetes.io/metadata.name": item["metadata"]["name"],
            }
            for item in namespaces
        }
        self.pods = sorted(Pod.running(pods), key=lambda pod: (pod.address, pod.namespace, pod.name))
        self.policies = sorted(policies, key=lambda item: (item["metadata"]["namespace"], item["metadata"]["name"]))
        self.pod_range = pod_range

    def text(self):
        """A file for nft that replaces the whole table at once."""
        egress, ingress = self.chains("Egress"), self.chains("Ingress")
        lines = [f"table inet {TABLE}", f"delete table inet {TABLE}", f"table inet {TABLE} {{"]
        for name, chains in (("egress", egress), ("ingress", ingress)):
            for address, matches in chains.items():
                lines.append(f"  chain {chain(name, address)} {{")
                lines += [f"    {' '.join(match.split())} return" for match in matches]
                # A refusal that programs notice at once; what a pod may not know about is merely dropped.
                lines.append("    counter reject with icmpx admin-prohibited" if name == "egress" else "    counter drop")
                lines.append("  }")
        known = set_of(pod.address for pod in self.pods)
        lines.append("  chain forward {")
        lines.append("    type filter hook forward priority -10; policy accept;")
        lines += ["    meta nfproto ipv6 drop", "    ct state established,related accept"]
        for side in ("saddr", "daddr"):
            lines.append(f"    ip {side} {self.pod_range}" + (f" ip {side} != {known}" if self.pods else "") + " counter drop")
        lines += self.jumps("egress", "saddr", egress) + self.jumps("ingress", "daddr", ingress)
        lines.append("  }")
        # What a pod sends to the node itself, the API server for one, is not forwarded.
        lines.append("  chain input {")
        lines.append("    type filter hook input priority -10; policy accept;")
        lines += ['    iifname "cni0" meta nfproto ipv6 drop', "    ct state established,related accept"]
        lines.append('    iifname "cni0"' + (f" ip saddr != {known}" if self.pods else "") + " counter drop")
        lines += self.jumps("egress", "saddr", egress)
        lines += ["  }", "}"]
        return "\n".join(lines) + "\n"

    def jumps(self, name, side, chains):
        if not chains:
            return []
        targets = ", ".join(f"{address} : jump {chain(name, address)}" for address in chains)
        return [f"    ip {side} vmap {{ {targets} }}"]

    def chains(self, direction):
        """For each pod that a policy of this direction selects, by address, what is admitted."""
        side, peers = ("daddr", "to") if direction == "Egress" else ("saddr", "from")
        chains = {}
        for policy in self.policies:
            specification = policy["spec"]
            types = specification.get("policyTypes") or ["Ingress"] + ["Egress"] * ("egress" in specification)
            if direction not in types:
                continue
            namespace = policy["metadata"]["namespace"]
            for pod in self.pods:
                if pod.namespace != namespace or not selects(specification.get("podSelector") or {}, pod.labels):
                    continue
                matches = chains.setdefault(pod.address, {f"ip {side} {pod.address}": None})
                for rule in specification.get(direction.lower()) or []:
                    for match in self.matches(rule.get(peers), rule.get("ports"), side, pod, namespace):
                        matches[match] = None
        return dict(sorted(chains.items()))

    def matches(self, peers, ports, side, pod, namespace):
        """One rule of a policy as conditions, any of which admits."""
        blocks, members = [], []
        for peer in peers or []:
            if "ipBlock" in peer:
                block = peer["ipBlock"]
                if ":" in block["cidr"]:
                    continue
                but = block.get("except")
                blocks.append(f"ip {side} {block['cidr']}" + (f" ip {side} != {set_of(but)}" if but else ""))
            else:
                members += [other for other in self.pods if self.is_peer(other, peer, namespace)]
        if not peers:
            blocks, members = [""], self.pods
        for port in ports or [None]:
            name = port and port.get("port")
            if isinstance(name, str):
                # A name is looked up in the pod that is spoken to.
                yield from self.named(name, port.get("protocol", "TCP"), blocks, members, side, pod)
                continue
            condition = number(port)
            for block in blocks:
                yield f"{block} {condition}"
            if peers and members:
                yield f"ip {side} {set_of(other.address for other in members)} {condition}"

    @staticmethod
    def named(name, protocol, blocks, members, side, pod):
        transport = protocol.lower()
        if side == "saddr":
            found = pod.number(name, protocol)
            if found is not None:
                for block in blocks:
                    yield f"{block} {transport} dport {found}"
                if members:
                    yield f"ip saddr {set_of(other.address for other in members)} {transport} dport {found}"
            return
        for other in members:
            found = other.number(name, protocol)
            if found is not None:
                yield f"ip daddr {other.address} {transport} dport {found}"

    def is_peer(self, pod, peer, namespace):
        if "namespaceSelector" in peer:
            if not selects(peer["namespaceSelector"] or {}, self.namespaces.get(pod.namespace, {})):
                return False
        elif pod.namespace != namespace:
            return False
        return selects(peer.get("podSelector") or {}, pod.labels)


def number(port):
    if port is None:
        return ""
    transport = port.get("protocol", "TCP").lower()
    if port.get("port") is None:
        return f"meta l4proto {transport}"
    last = f"-{port['endPort']}" if port.get("endPort") else ""
    return f"{transport} dport {port['port']}{last}"


def set_of(values):
    return "{ " + ", ".join(sorted(set(values))) + " }"


def chain(name, address):
    return f"{name}_{address.replace('.', '_')}"
