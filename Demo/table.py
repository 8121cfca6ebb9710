#!/usr/bin/env python3
"""Prints what was tried, expected and seen: table.py EXPECTED ROWS. Exit code 1 when a row differs or is missing."""

import re
import sys


def read_expected(path):
    lines = [line.rstrip("\n") for line in open(path, encoding="utf-8")]
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def read_rows(path):
    """Lines "ROW id tried seen"; a terminal may have put carriage returns at their ends."""
    rows = {}
    for line in open(path, encoding="utf-8", errors="replace"):
        fields = line.rstrip("\r\n").split("\t")
        if fields[0] == "ROW" and len(fields) == 4:
            rows[fields[1]] = fields[2:]
    return rows


def main(expected_path, rows_path):
    expected, rows = read_expected(expected_path), read_rows(rows_path)
    lines, differ = [("", "tried", "expected", "seen", "")], 0
    for identifier, pattern in expected.items():
        tried, seen = rows.get(identifier, ["(never happened)", "-"])
        good = identifier in rows and re.fullmatch(pattern, seen) is not None
        differ += not good
        lines.append((identifier, tried, pattern, seen[:90], "ok" if good else "DIFFERS"))
    for identifier in rows.keys() - expected.keys():
        differ += 1
        lines.append((identifier, rows[identifier][0], "(no such row)", rows[identifier][1], "DIFFERS"))
    widths = [max(len(line[column]) for line in lines) for column in range(5)]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
    print(f"\n{len(expected) - differ} of {len(expected)} rows as expected" if differ else f"\nAll {len(expected)} rows as expected.")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
