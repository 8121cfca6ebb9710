#!/usr/bin/env python3
"""Prints what a run found as Markdown: report.py RESULTS. Everything is computed from the raw files in that folder."""

import json
import pathlib
import statistics
import sys

MAXIMUM, MINIMUM = "≤", "≥"


class Results:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.machine = json.loads((self.folder / "machine.json").read_text())
        self.peers = self.measurements("peers")
        self.rules = self.measurements("rules")
        self.agents = self.measurements("agents")
        self.up, self.start, self.many = (self.times(name) for name in ("up", "start", "many"))
        self.memory = {row["name"]: row for row in self.lines("memory.jsonl")}

    def lines(self, name):
        path = self.folder / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def measurements(self, name):
        """Measurements of one load run by case and peer, in the order of rounds."""
        found = {}
        for row in self.lines(f"{name}.jsonl"):
            found.setdefault(row["name"], {}).setdefault(row["peer"], []).append(row)
        return found

    def times(self, name):
        """Milliseconds by name."""
        path, found = self.folder / f"{name}.tsv", {}
        for line in path.read_text().splitlines() if path.exists() else []:
            key, value = line.split("\t")
            found.setdefault(key, []).append(float(value))
        return found


def values(rows, field):
    return [row[field] for row in rows]


def spread(numbers, digits=2):
    """Median and extremes, as text."""
    middle = f"{statistics.median(numbers):,.{digits}f}"
    return f"{middle} ({min(numbers):,.{digits}f}–{max(numbers):,.{digits}f})"


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def paired(rows, base, field, combine):
    """One number a round, so that a slow minute of the machine meets both sides."""
    return [combine(one[field], other[field]) for one, other in zip(rows, base)]


def difference(one, other):
    return one - other


def ratio(one, other):
    return one / other


def print_cases(cases):
    for name, peers in cases.items():
        print(f"**{name}** (median of {len(next(iter(peers.values())))} rounds, lowest and highest round in brackets)\n")
        rows = []
        for peer, found in peers.items():
            rates = [row["requestsPerSecond"] for row in found if "requestsPerSecond" in row]
            rows.append([
                peer, spread(values(found, "p50")), spread(values(found, "p99")), spread(rates, 0) if rates else "",
                f"{sum(values(found, 'requests')):,}",
            ])
        table(["peer", "p50 ms", "p99 ms", "requests/s", "requests measured"], rows)


def targets(results):
    """(what, sign, target, seen, digits, unit)"""
    peers = results.peers
    for kind in ("plain", "keyed"):
        palana, envoy = peers[f"{kind} c=1"]["palana"], peers["plain c=1"]["envoy"]
        yield f"over bare Envoy, {kind}, c=1 p50", MAXIMUM, 0.8, paired(palana, envoy, "p50", difference), 2, "ms"
        yield f"over bare Envoy, {kind}, c=1 p99", MAXIMUM, 5, paired(palana, envoy, "p99", difference), 2, "ms"
        palana, envoy = peers[f"{kind} c=8"]["palana"], peers["plain c=8"]["envoy"]
        share = [100 * part for part in paired(palana, envoy, "requestsPerSecond", ratio)]
        yield f"share of bare Envoy's throughput, {kind}, c=8", MINIMUM, 25, share, 0, "%"
        mitmproxy = peers[f"{kind} c=8"]["mitmproxy"]
        yield f"times mitmproxy's throughput, {kind}, c=8", MINIMUM, 3, paired(palana, mitmproxy, "requestsPerSecond", ratio), 1, "×"
    yield "cold host p50", MAXIMUM, 15, values(peers["cold"]["palana"], "p50"), 2, "ms"
    yield "agent start (`palana run … -- true`, wall)", MAXIMUM, 300, results.start["run"], 0, "ms"
    yield "`up` ready, new state folder", MAXIMUM, 3_000, results.up["first"], 0, "ms"
    yield "`up` ready, again", MAXIMUM, 3_000, results.up["again"], 0, "ms"
    for kind in ("rss", "pss"):
        yield f"all processes idle, {kind.upper()}", MAXIMUM, 400, [results.memory["idle, no agent"][kind]], 0, "MiB"
    one, many = results.peers, results.agents
    growth = statistics.median(values(many["plain c=1"]["palana"], "p50")) - statistics.median(values(many["plain c=1"]["envoy"], "p50"))
    before = statistics.median(values(one["plain c=1"]["palana"], "p50")) - statistics.median(values(one["plain c=1"]["envoy"], "p50"))
    # "Flat" leaves room for what two runs of the same differ by.
    yield "1,000 agents instead of 1: p50 over bare Envoy grows by", MAXIMUM, 0.1, [growth - before], 2, "ms"
    rules = results.rules["plain c=1"]
    yield "2,000 rules instead of 20: p50 grows by", MAXIMUM, 0.1, paired(rules["rules2000"], rules["rules20"], "p50", difference), 2, "ms"


def print_targets(results):
    rows = []
    for what, sign, target, seen, digits, unit in targets(results):
        middle = statistics.median(seen)
        met = middle <= target if sign == MAXIMUM else middle >= target
        shown = spread(seen, digits) if len(seen) > 1 else f"{middle:,.{digits}f}"
        rows.append([what, f"{sign} {target:,} {unit}", f"{shown} {unit}", "yes" if met else "**no**"])
    table(["measure", "target", "seen", "met"], rows)


def print_platform(results):
    rows = [[f"`up`, {name} state folder", spread(times, 0)] for name, times in results.up.items()]
    rows += [[{"run": "`palana run first -- true`", "ask": "`palana get agent first` (the command alone)"}[name], spread(times, 0)]
             for name, times in results.start.items()]
    rows += [[name, spread(times, 0)] for name, times in results.many.items()]
    table(["step", "ms"], rows)
    for name, row in results.memory.items():
        print(f"Memory, {name}: RSS {row['rss']:,.0f} MiB, PSS {row['pss']:,.0f} MiB ("
              + ", ".join(f"{one['program']} {one['pss']:,.0f}" for one in row["processes"]) + ")\n")


def main():
    results = Results(sys.argv[1])
    print("# Results\n")
    for name, value in results.machine.items():
        print(f"- {name}: {value}")
    print()
    if results.up:
        print("## Targets\n")
        print_targets(results)
        print("## Platform\n")
        print_platform(results)
    for title, cases in (("Peers", results.peers), ("Rules", results.rules), ("With all agents registered", results.agents)):
        if cases:
            print(f"## {title}\n")
            print_cases(cases)


if __name__ == "__main__":
    main()
