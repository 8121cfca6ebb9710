#!/usr/bin/env python3
"""Counts what a test run gave.

  totals.py swift SUITE STATUS EVENTS   Swift Testing's event stream (JSON lines, --event-stream-output-path)
  totals.py opa   SUITE STATUS RESULTS  opa test --format json
  totals.py lines SUITE STATUS LOG      lines that start with "ok ", "not ok " or "skip "
  totals.py sum   TOTALS                prints the table and the last line; exit code 1 when anything failed

The first three print "SUITE PASSED FAILED SKIPPED". A run that ended badly without a failed test counts one failure: a
crash is never a success, and neither is a run without tests.
"""

import json
import sys


def swift(path):
    """Tests, not suites; a test with many cases is one test, failed when one of its cases is."""
    tests, skipped, ended, failed = set(), set(), set(), set()
    for line in open(path, encoding="utf-8"):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue  # the last line of a run that crashed
        payload = record.get("payload", {})
        if record.get("kind") == "test" and payload.get("kind") == "function":
            tests.add(payload["id"])
        elif record.get("kind") == "event":
            test = payload.get("testID")
            if payload.get("kind") == "testSkipped":
                skipped.add(test)
            elif payload.get("kind") == "testEnded":
                ended.add(test)
            elif payload.get("kind") == "issueRecorded":
                if not payload.get("issue", {}).get("isKnown") and payload.get("issue", {}).get("isFailure", True):
                    failed.add(test)
    failed |= {test for test in tests - skipped - ended}  # begun or awaited, never finished
    outside = {test for test in failed if test not in tests}  # an issue of a suite or of none
    good = (tests & ended) - failed - skipped
    return len(good), len((failed & tests) | outside), len(skipped & tests)


def opa(path):
    try:
        results = json.load(open(path, encoding="utf-8")) or []
    except json.JSONDecodeError:
        return 0, 1, 0
    skipped = sum(1 for result in results if result.get("skip"))
    failed = sum(1 for result in results if result.get("fail") or result.get("error"))
    return len(results) - skipped - failed, failed, skipped


def lines(path):
    text = open(path, encoding="utf-8", errors="replace").read().splitlines()
    starts = lambda *words: sum(1 for line in text if line.startswith(words))
    return starts("ok "), starts("not ok "), starts("skip ")


def count(read, suite, status, path):
    passed, failed, skipped = read(path)
    if (int(status) != 0 or passed + skipped == 0) and failed == 0:
        failed = 1
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
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1] == "sum":
        sys.exit(table(sys.argv[2]))
    count({"swift": swift, "opa": opa, "lines": lines}[sys.argv[1]], *sys.argv[2:])
