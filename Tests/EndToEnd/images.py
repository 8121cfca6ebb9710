#!/usr/bin/env python3
"""Looks into the images that make images built: what is in them, as whom they run, and that building them again gives the
same. Prints a line "ok …" or "not ok …" for each question."""

import hashlib
import json
import os
import stat
import subprocess
import sys
import tarfile
import tempfile

PLATFORM = ["palana", "envoy", "opa"]
SHELLS = {"sh", "bash", "dash", "ash", "busybox", "zsh", "env", "python3", "perl"}


class Image:
    def __init__(self, path):
        self.outer = tarfile.open(path)
        manifests = json.loads(self.member("index.json"))["manifests"]
        self.name = manifests[0]["annotations"]["io.containerd.image.name"]
        self.digest = manifests[0]["digest"]
        self.manifest = json.loads(self.blob(self.digest))
        self.configuration = json.loads(self.blob(self.manifest["config"]["digest"]))
        self.settings = self.configuration["config"]
        layer = self.outer.extractfile(self.path(self.manifest["layers"][0]["digest"]))
        self.entries = tarfile.open(fileobj=layer).getmembers()

    def path(self, digest):
        return "blobs/" + digest.replace(":", "/")

    def member(self, name):
        return self.outer.extractfile(name).read()

    def blob(self, digest):
        data = self.member(self.path(digest))
        assert hashlib.sha256(data).hexdigest() == digest.partition(":")[2], f"{digest} is another's content"
        return data


def say(condition, what, detail=""):
    print(f"{'ok' if condition else 'not ok'} {what}" + ("" if condition else f": {detail}"), flush=True)


def look(image, is_platform):
    user = image.settings["User"]
    say(user == "65532:65532", f"{image.name} runs as a user that isn't root", user)
    labels = image.settings["Labels"]
    needed = {"org.opencontainers.image." + name for name in ("version", "revision", "description", "licenses")}
    say(needed <= labels.keys(), f"{image.name} says what it is", labels)
    special = [
        entry.name
        for entry in image.entries
        if entry.mode & (stat.S_ISUID | stat.S_ISGID) or not (entry.isfile() or entry.isdir() or entry.issym())
    ]
    say(not special, f"{image.name} holds no file that gives rights, and no device", special)
    foreign = [entry.name for entry in image.entries if entry.uid or entry.gid or entry.uname or entry.gname]
    say(not foreign, f"{image.name} belongs to root alone", foreign[:5])
    writable = [e.name for e in image.entries if not e.issym() and e.mode & 0o022 and e.mode & 0o1777 != 0o1777]
    say(not writable, f"{image.name} is closed to writing but for /tmp", writable)
    if is_platform:
        shells = [entry.name for entry in image.entries if os.path.basename(entry.name) in SHELLS]
        say(not shells, f"{image.name} holds no shell", shells)


def build(arguments, folder, environment):
    command = [sys.executable, "deploy/images/build.py", *arguments, "--output", folder]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **environment})
    return {line.split()[0]: line.split()[1] for line in open(os.path.join(folder, "images.txt"), encoding="utf-8")}


def main():
    config = sys.argv[1] if len(sys.argv) > 1 else "debug"
    folder = ".build/images"
    first = {}
    for name in sorted(os.listdir("deploy/images")):
        if name.endswith(".toml"):
            name = name.removesuffix(".toml")
            image = Image(f"{folder}/{name}.tar")
            first[image.name] = image.digest
            look(image, name in PLATFORM)
    with tempfile.TemporaryDirectory(dir=".build") as other:
        surroundings = {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "HOME": other, "PALANA_CACHE": cache()}
        os.umask(0o077)
        second = build(["--config", config], other, surroundings)
    for name, digest in first.items():
        say(second.get(name) == digest, f"{name} is the same when it is built again", f"{digest}, {second.get(name)}")


def cache():
    return os.environ.get("PALANA_CACHE") or os.path.expanduser("~/.cache/palana")


if __name__ == "__main__":
    main()
