#!/usr/bin/env python3
"""Counts what a test run gave.

  totals.py swift SUITE STATUS EVENTS   Swift Testing's event stream (JSON lines, --event-stream-output-path)
  totals.py opa   SUITE STATUS RESULTS  opa test --format json
  totals.py lines SUITE STATUS LOG      lines that start with "ok ", "not ok " or "skip "
  totals.py sum   TOTALS                prints the table, what failed and why (the files TOTALS.SUITE.failures), and the
                                        last line; exit code 1 when anything failed

The first three print "SUITE PASSED FAILED SKIPPED" and write what failed to RESULTS-FOLDER/totals.SUITE.failures. A run
that ended badly without a failed test counts one failure: a crash is never a success, and neither is a run without tests.
"""

import glob
import json
import os
import sys

SHOWN_FAILURES = 20
SHOWN_LINES = 6  # of one issue: values may be whole answers


class Failures:
    """What failed, each with its reasons in the order they came."""

    def __init__(self):
        self.reasons = {}

    def add(self, name, reason=""):
        self.reasons.setdefault(name, [])
        if reason:
            self.reasons[name].append(reason)

    def text(self):
        lines = []
        for name, reasons in list(self.reasons.items())[:SHOWN_FAILURES]:
            lines.append(f"failed: {name}")
            for reason in reasons[:3]:
                shown = [line[:300] for line in reason.splitlines()[:SHOWN_LINES]]
                lines += [f"    {line}" for line in shown]
            if len(reasons) > 3:
                lines.append(f"    and {len(reasons) - 3} more")
        if len(self.reasons) > SHOWN_FAILURES:
            lines.append(f"failed: and {len(self.reasons) - SHOWN_FAILURES} more")
        return "".join(f"{line}\n" for line in lines)


def issue_text(payload):
    messages = payload.get("messages", [])
    place = payload.get("issue", {}).get("sourceLocation") or {}
    where = f"{place.get('fileID', '?')}:{place.get('line', '?')}: "
    return where + "\n".join(message.get("text", "") for message in messages)


def swift(path, failures):
    """Tests, not suites; a test with many cases is one test, failed when one of its cases is."""
    tests, skipped, begun, ended, failed, names = set(), set(), set(), set(), set(), {}
    for line in open(path, encoding="utf-8"):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue  # the last line of a run that crashed
        payload = record.get("payload", {})
        if record.get("kind") == "test":
            names[payload["id"]] = payload.get("displayName") or payload.get("name")
        if record.get("kind") == "test" and payload.get("kind") == "function":
            tests.add(payload["id"])
        elif record.get("kind") == "event":
            test = payload.get("testID")
            if payload.get("kind") == "testSkipped":
                skipped.add(test)
            elif payload.get("kind") == "testStarted":
                begun.add(test)
            elif payload.get("kind") == "testEnded":
                ended.add(test)
            elif payload.get("kind") == "issueRecorded":
                if not payload.get("issue", {}).get("isKnown") and payload.get("issue", {}).get("isFailure", True):
                    failed.add(test)
                    failures.add(f"{test} ({names.get(test, 'no test')})", issue_text(payload))
    unfinished = tests - skipped - ended
    failed |= unfinished
    for test in sorted(unfinished, key=lambda test: (test not in begun, test)):  # the one that hung or crashed first
        when = "while it ran" if test in begun else "before its turn"
        failures.add(f"{test} ({names[test]})", f"never finished: the run ended {when}")
    outside = {test for test in failed if test not in tests}  # an issue of a suite or of none
    good = (tests & ended) - failed - skipped
    return len(good), len((failed & tests) | outside), len(skipped & tests)


def opa(path, failures):
    try:
        results = json.load(open(path, encoding="utf-8")) or []
    except json.JSONDecodeError:
        failures.add("policies", "opa test gave no results; see above")
        return 0, 1, 0
    for result in results:
        if result.get("fail") or result.get("error"):
            failures.add(f"{result.get('package')}.{result.get('name')}", json.dumps(result.get("error", "")))
    skipped = sum(1 for result in results if result.get("skip"))
    failed = sum(1 for result in results if result.get("fail") or result.get("error"))
    return len(results) - skipped - failed, failed, skipped


def lines(path, failures):
    text = open(path, encoding="utf-8", errors="replace").read().splitlines()
    for line in text:
        if line.startswith("not ok "):
            failures.add(line)
    starts = lambda *words: sum(1 for line in text if line.startswith(words))
    return starts("ok "), starts("not ok "), starts("skip ")


def count(read, suite, status, path):
    failures = Failures()
    passed, failed, skipped = read(path, failures)
    if (int(status) != 0 or passed + skipped == 0) and failed == 0:
        failed = 1
        failures.add(suite, f"the run ended with exit code {status} after {passed} passed tests")
    with open(f"{os.path.dirname(path)}/totals.{suite}.failures", "w", encoding="utf-8") as file:
        file.write(failures.text())
    print(suite, passed, failed, skipped)


def table(path):
    rows = [line.split() for line in open(path, encoding="utf-8")]
    total = [0, 0, 0]
    bad = False
    for suite, *numbers in rows:
        numbers = [int(number) for number in numbers]
        total = [a + b for a, b in zip(total, numbers)]
        bad = bad or numbers[1] > 0 or (suite == "integration" and numbers[2] > 0)
        print(f"{suite:12} {numbers[0]:5} passed {numbers[1]:5} failed {numbers[2]:5} skipped")
        if suite == "integration" and numbers[2]:
            print("             a skipped integration test is a failure: run palana doctor")
    for name in sorted(glob.glob(f"{path}.*.failures")):
        print(open(name, encoding="utf-8").read(), end="")
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1] == "sum":
        sys.exit(table(sys.argv[2]))
    count({"swift": swift, "opa": opa, "lines": lines}[sys.argv[1]], *sys.argv[2:])
