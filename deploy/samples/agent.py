#!/usr/bin/env python3
"""A sample agent: asks an API again and again with the key that it was given, and keeps a diary in its workspace.

TARGET_URL   what to ask, https://…
API_KEY      on Palana a placeholder: the key itself is put in by the gateway, and only for hosts that may have it
EVERY        seconds between two questions, 10 unless told
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

DIARY = os.path.join(os.environ.get("WORKSPACE", "/data"), "diary.jsonl")


def ask(url, key):
    """What came of it, in words that an operator can read."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return {"status": answer.status, "bytes": len(answer.read())}
    except urllib.error.HTTPError as error:
        # A refusal says which rule decided, and what to change.
        return {"status": error.code, "body": error.read(2000).decode(errors="replace")}
    except OSError as error:
        return {"error": str(error)}


def main():
    url = os.environ.get("TARGET_URL")
    if not url:
        sys.exit("TARGET_URL says nothing: name the address that this agent is to ask")
    while True:
        entry = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "url": url, **ask(url, os.environ.get("API_KEY"))}
        line = json.dumps(entry)
        print(line, flush=True)
        with open(DIARY, "a", encoding="utf-8") as diary:
            diary.write(line + "\n")
        time.sleep(float(os.environ.get("EVERY", "10")))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
