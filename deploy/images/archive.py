"""An image as an OCI archive: https://github.com/opencontainers/image-spec (image layout, in a tar)."""

import datetime
import gzip
import hashlib
import io
import json
import os
import re
import stat
import subprocess
import tarfile
import tempfile

import contents

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def write(image, tree, target, config, compress):
    """Writes the archive; gives (name:tag, digest of the manifest)."""
    date = commit_date()
    tag = f"{image['name']}:{image.get('tag') or version()}"
    with tempfile.TemporaryDirectory(dir=os.path.dirname(target)) as scratch:
        layer = os.path.join(scratch, "layer")
        plain, stored = write_layer(tree, layer, date, compress)
        configuration = encoded(image_configuration(image, date, plain, config))
        manifest = encoded(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": descriptor(CONFIG, configuration),
                "layers": [
                    {"mediaType": LAYER + ("+gzip" if compress else ""), "digest": stored, "size": os.path.getsize(layer)}
                ],
            }
        )
        index = {
            "schemaVersion": 2,
            "manifests": [
                {
                    **descriptor(MANIFEST, manifest),
                    "annotations": {
                        # containerd's name for it, and everybody else's.
                        "io.containerd.image.name": tag,
                        "org.opencontainers.image.ref.name": tag.rpartition(":")[2],
                    },
                    "platform": {"architecture": contents.architecture()[0], "os": "linux"},
                }
            ],
        }
        unfinished = os.path.join(scratch, "archive")
        with tarfile.open(unfinished, "w", format=tarfile.USTAR_FORMAT) as out:
            add_bytes(out, "oci-layout", encoded({"imageLayoutVersion": "1.0.0"}), date)
            add_bytes(out, "index.json", encoded(index), date)
            for blob in (configuration, manifest):
                add_bytes(out, f"blobs/sha256/{hashlib.sha256(blob).hexdigest()}", blob, date)
            header = plain_header(f"blobs/sha256/{stored.partition(':')[2]}", date)
            header.size = os.path.getsize(layer)
            with open(layer, "rb") as file:
                out.addfile(header, file)
        os.replace(unfinished, target)
    return tag, descriptor(MANIFEST, manifest)["digest"]


def write_layer(tree, path, date, compress):
    """Gives the digests of the layer as a tar and as it is stored."""
    with open(path, "wb") as file:
        stored = Hashing(file)
        packed = gzip.GzipFile("", "wb", 9, stored, mtime=0) if compress else stored
        plain = Hashing(packed)
        # PAX, with no headers but those that long names need: nothing of this machine gets in.
        with tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT) as out:
            for name, entry in tree.ordered():
                header = plain_header(name.lstrip("/"), date, stat.S_IMODE(entry.mode))
                if stat.S_ISDIR(entry.mode):
                    header.type = tarfile.DIRTYPE
                    out.addfile(header)
                elif entry.link is not None:
                    header.type, header.linkname = tarfile.SYMTYPE, entry.link
                    out.addfile(header)
                else:
                    data = entry.read()
                    header.size = len(data)
                    out.addfile(header, io.BytesIO(data))
        if compress:
            packed.close()
    return plain.digest(), stored.digest()


class Hashing:
    """A file that knows the digest of what was written to it."""

    def __init__(self, file):
        self.file, self.sum = file, hashlib.sha256()

    def write(self, data):
        self.sum.update(data)
        self.file.write(data)
        return len(data)

    def flush(self):
        self.file.flush()

    def digest(self):
        return f"sha256:{self.sum.hexdigest()}"


def image_configuration(image, date, layer, config):
    labels = {
        "org.opencontainers.image.title": image["name"].rpartition("/")[2],
        "org.opencontainers.image.description": image["description"],
        "org.opencontainers.image.licenses": image.get("licenses", "Apache-2.0"),
        "org.opencontainers.image.version": version(),
        "org.opencontainers.image.revision": revision(),
        "dev.palana.build": config,
    }
    settings = {
        "User": image["user"],
        "Env": [f"{name}={value}" for name, value in {"PATH": "/usr/local/bin:/usr/bin", **image.get("environment", {})}.items()],
        "WorkingDir": image.get("workdir", "/"),
        "Labels": labels,
    }
    for key, name in (("entrypoint", "Entrypoint"), ("command", "Cmd")):
        if key in image:
            settings[name] = image[key]
    return {
        "created": timestamp(date),
        "architecture": contents.architecture()[0],
        "os": "linux",
        "config": settings,
        "rootfs": {"type": "layers", "diff_ids": [layer]},
        "history": [{"created": timestamp(date), "created_by": "deploy/images/build.py"}],
    }


def plain_header(name, date, mode=0o644):
    header = tarfile.TarInfo(name)
    header.mode, header.mtime = mode, date
    return header


def add_bytes(out, name, data, date):
    header = plain_header(name, date)
    header.size = len(data)
    out.addfile(header, io.BytesIO(data))


def descriptor(media_type, data):
    return {"mediaType": media_type, "digest": f"sha256:{hashlib.sha256(data).hexdigest()}", "size": len(data)}


def encoded(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def git(*words):
    done = subprocess.run(["git", "-C", contents.ROOT, *words], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def commit_date():
    return int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct") or 0)


def revision():
    return (git("rev-parse", "HEAD") or "unknown") + ("-changed" if git("status", "--porcelain") else "")


def version():
    with open(os.path.join(contents.ROOT, "Sources", "palana", "PlatformVersion.swift"), encoding="utf-8") as file:
        return re.search(r'current = "([^"]+)"', file.read())[1]


def timestamp(date):
    return datetime.datetime.fromtimestamp(date, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
