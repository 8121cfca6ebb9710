"""The Kubernetes API as the test cluster's stand-ins use it: JSON requests, and mirrors of collections kept by watches.

Python's standard library alone. Errors end up in the log and are tried again: a stand-in lives as long as the cluster.
"""

import http.client
import json
import os
import ssl
import sys
import threading
import time

SERVER = ("10.99.0.1", 6443)
LONGEST_PAUSE = 2  # seconds between attempts
WATCH_SECONDS = 300


def say(*words):
    print(time.strftime("%H:%M:%S"), *words, flush=True)


class Refused(Exception):
    """An answer that is no success."""

    def __init__(self, method, path, status, body):
        super().__init__(f"{method} {path}: {status} {body[:300]}")
        self.status = status


class API:
    """Everything that the stand-ins' certificate may do."""

    def __init__(self, cluster):
        pki = os.path.join(cluster, "pki")
        self.tls = ssl.create_default_context(cafile=os.path.join(pki, "ca.crt"))
        self.tls.load_cert_chain(os.path.join(pki, "standins.crt"), os.path.join(pki, "standins.key"))

    def open(self, method, path, body=None, timeout=30, content="application/json"):
        connection = http.client.HTTPSConnection(*SERVER, timeout=timeout, context=self.tls)
        try:
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, {"Content-Type": content, "Accept": "application/json"})
            answer = connection.getresponse()
            if answer.status >= 300:
                raise Refused(method, path, answer.status, answer.read().decode(errors="replace"))
        except BaseException:
            connection.close()
            raise
        return connection, answer

    def call(self, method, path, body=None, **options):
        connection, answer = self.open(method, path, body, **options)
        try:
            return json.loads(answer.read())
        finally:
            connection.close()


class Mirror:
    """A collection as the API server has it, by (namespace, name). Sets `changed` after each change."""

    def __init__(self, api, path, changed):
        self.api, self.path, self.changed = api, path, changed
        self.lock = threading.Lock()
        self.objects = {}
        self.synced = threading.Event()
        threading.Thread(target=self.follow, name=path, daemon=True).start()

    def all(self):
        with self.lock:
            return list(self.objects.values())

    def follow(self):
        while True:
            try:
                self.watch(self.list())
            except (OSError, ValueError, http.client.HTTPException, Refused) as error:
                say(f"{self.path}: {error}")
                time.sleep(LONGEST_PAUSE)

    def list(self):
        answer = self.api.call("GET", self.path)
        with self.lock:
            self.objects = {key(item): item for item in answer["items"]}
        self.synced.set()
        self.changed.set()
        return answer["metadata"]["resourceVersion"]

    def watch(self, version):
        """Until the server ends it. What the server no longer has, 410, is an error, and a new list mends it."""
        path = f"{self.path}?watch=true&resourceVersion={version}&timeoutSeconds={WATCH_SECONDS}"
        connection, answer = self.api.open("GET", path, timeout=WATCH_SECONDS + 30)
        try:
            for line in iter(answer.readline, b""):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise ValueError(event["object"].get("message", "the watch failed"))
                with self.lock:
                    if event["type"] == "DELETED":
                        self.objects.pop(key(event["object"]), None)
                    else:
                        self.objects[key(event["object"])] = event["object"]
                self.changed.set()
        finally:
            connection.close()


def key(item):
    return item["metadata"].get("namespace", ""), item["metadata"]["name"]


def labels(item):
    return item["metadata"].get("labels") or {}


def run(reconcile, mirrors, changed, settle=0.02, period=None):
    """Calls `reconcile` after every change, and each `period` seconds; failures are tried again."""
    for mirror in mirrors:
        mirror.synced.wait()
    while True:
        changed.wait(period)
        time.sleep(settle)
        changed.clear()
        try:
            reconcile()
        except (OSError, ValueError, http.client.HTTPException, Refused) as error:
            say(error)
            time.sleep(LONGEST_PAUSE)
            changed.set()


def arguments(*names):
    if len(sys.argv) != len(names) + 1:
        sys.exit(f"usage: {sys.argv[0]} {' '.join(names)}")
    return sys.argv[1:]
