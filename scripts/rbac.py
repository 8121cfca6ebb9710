"""Compares the roles in deploy/manifests with docs/security-rbac.md: every rule has a row there that says why it is and
what it means in wrong hands, and no rule has a wildcard. Prints what differs; the exit code is 1 if anything does."""
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "security-rbac.md"
HEADING = re.compile(r"^## `([^`]+)` \((ClusterRole|Role)\)")
# Where a secret's value could be had without naming the Secret.
BARE = {"secrets"}


def roles(files):
    for file in files:
        for document in yaml.safe_load_all(file.read_text()):
            if document and document["kind"] in ("Role", "ClusterRole"):
                yield (document["metadata"]["name"], document["kind"]), document.get("rules") or []


def cell(items):
    return ", ".join(f"`{item}`" for item in items)


def row(rule):
    """The first three cells of a rule's row: resources with their group, objects, verbs."""
    groups = rule["apiGroups"]
    suffix = f".{groups[0]}" if groups[0] else ""
    resources = []
    for resource in rule["resources"]:
        plural, _, part = resource.partition("/")
        resources.append(plural + suffix + (f"/{part}" if part else ""))
    return cell(resources), cell(rule.get("resourceNames", [])) or "all", cell(rule["verbs"])


def faults(rule):
    for field in ("apiGroups", "resources", "verbs", "resourceNames", "nonResourceURLs"):
        if any("*" in item for item in rule.get(field, [])):
            yield f"has a wildcard in {field}"
    if rule.get("nonResourceURLs"):
        yield "is about URLs: give rights on resources"
    if len(rule.get("apiGroups", [])) != 1:
        yield "must be about one API group"
    names = [resource.partition("/")[0] for resource in rule.get("resources", [])]
    if BARE.intersection(names) and not rule.get("resourceNames"):
        yield "is about Secrets and names none"


def documented():
    """Rows by role: the first three cells → the texts after them."""
    found, current = {}, None
    for line in DOCUMENT.read_text().splitlines():
        if line.startswith("#"):
            heading = HEADING.match(line)
            current = found.setdefault(heading.groups(), {}) if heading else None
        elif current is not None and line.startswith("| `"):
            cells = [part.strip() for part in line.strip("|\n").split("|")]
            current[tuple(cells[:3])] = cells[3:]
    return found


def main():
    wrong = []
    rows = documented()
    known = dict(roles(sorted((ROOT / "deploy" / "manifests").glob("*.yaml"))))
    for (name, kind), rules in known.items():
        section = rows.get((name, kind))
        if section is None:
            if rules:
                wrong.append(f"{DOCUMENT.name} has no heading '## `{name}` ({kind})'")
            continue
        for rule in rules:
            problems = list(faults(rule))
            wrong += [f"{kind} {name}: {rule}: {problem}" for problem in problems]
            if problems:
                continue
            texts = section.pop(row(rule), None)
            if texts is None:
                wrong.append(f"{DOCUMENT.name}, {name}: no row | {' | '.join(row(rule))} |")
            elif len(texts) != 2 or not all(len(text) > 10 for text in texts):
                wrong.append(f"{DOCUMENT.name}, {name}: the row {row(rule)[0]} needs a reason and what it means in wrong hands")
        wrong += [f"{DOCUMENT.name}, {name}: no rule is like the row | {' | '.join(left)} |" for left in section]
    wrong += [f"{DOCUMENT.name}: there is no {kind} {name}" for name, kind in rows if (name, kind) not in known]
    print("\n".join(wrong) or f"{sum(map(len, known.values()))} rules, each with its reason")
    return 1 if wrong or not known else 0


if __name__ == "__main__":
    sys.exit(main())
