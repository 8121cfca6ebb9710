#!/usr/bin/env python3
"""Memory of a process and all that descend from it: memory.py PID prints JSON with RSS and PSS in MiB, by program and in all.

PSS shares a page among those that map it, so its sum is what the machine really holds; the sum of RSS counts shared pages
once a process.
"""

import json
import pathlib
import sys


def parents():
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            # The second field, the name, may hold spaces and parentheses.
            rest = (folder / "stat").read_text().rpartition(")")[2].split()
            yield int(folder.name), int(rest[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile


def family(root):
    children = {}
    for pid, parent in parents():
        children.setdefault(parent, []).append(pid)
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def memory(pid):
    """MiB of RSS and PSS (proc(5), smaps_rollup)."""
    fields = {}
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":", 1)
        fields[name] = int(value.split()[0])
    return fields["Rss"] / 1024, fields["Pss"] / 1024


def main():
    rows = []
    for pid in family(int(sys.argv[1])):
        name = pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
        rss, pss = memory(pid)
        rows.append({"program": name, "rss": round(rss, 1), "pss": round(pss, 1)})
    total = {key: round(sum(row[key] for row in rows), 1) for key in ("rss", "pss")}
    print(json.dumps({"processes": rows, **total}))


if __name__ == "__main__":
    main()
