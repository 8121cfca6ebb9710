#!/usr/bin/env python3
"""Writes the load client's plan: plan.py SETTINGS.json, where the settings name peers, cases, rounds and lengths."""

import json
import sys

PLAIN, KEYED, ECHO = "/plain", "/keyed", "/echo"


def cases(settings):
    names = [peer["name"] for peer in settings["peers"]]
    swapping = [name for name in names if name in settings["keys"] and name != "direct"]
    bearer = {name: {"authorization": f"Bearer {key}"} for name, key in settings["keys"].items()}
    common = {"host": "api.bench.test", "port": settings["port"]}
    timed = {"kind": "steady", "seconds": settings["seconds"], "warmup": settings["warmup"]}
    yield {"name": "answers", "kind": "check", "peers": names, "path": PLAIN, **common}
    # Who swaps the placeholder also swaps the key back in the answer, or the peers don't do the same work.
    expect = {name: bearer[name]["authorization"] for name in swapping}
    yield {"name": "echo", "kind": "check", "peers": swapping, "path": ECHO, "headers": bearer, "expect": expect, **common}
    for connections in settings["connections"]:
        at = f"c={connections}"
        yield {"name": f"plain {at}", "peers": names, "path": PLAIN, "connections": connections, **common, **timed}
        if settings["keyed"]:
            keyed = [name for name in names if name in settings["keys"]]
            yield {"name": f"keyed {at}", "peers": keyed, "path": KEYED, "headers": bearer, "connections": connections,
                   **common, **timed}
    if settings["cold"]:
        yield {"name": "cold", "kind": "cold", "peers": names, "host": "c{n}.r{r}.bench.test", "port": settings["port"],
               "path": PLAIN, "requests": settings["cold"]}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    plan = {"rounds": settings["rounds"], "peers": settings["peers"], "cases": list(cases(settings))}
    json.dump(plan, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
