"""Which files an image holds, from its TOML file: the keys are those of deploy/images/README.md."""

import os
import re
import shutil
import stat
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.environ.get("PALANA_CACHE") or os.path.expanduser("~/.cache/palana")
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
# Debian's merged /usr: what the dynamic loader and scripts expect at the root.
LINKS = {"/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib", "/lib64": "usr/lib64"}
USERS = {
    "/etc/passwd": "root:x:0:0:root:/:/nonexistent\nagent:x:65532:65532:agent:/tmp:/nonexistent\n",
    "/etc/group": "root:x:0:\nagent:x:65532:\n",
    "/etc/nsswitch.conf": "hosts: files dns\n",
}
NOT_IN_IMAGES = re.compile(r"^/usr/share/(doc|man|locale|lintian|bash-completion|info|menu|pixmaps|applications|bug)/|\.pyc$")


class Missing(Exception):
    """Something that an image needs isn't on this machine; the text says what to do."""


class Entry:
    def __init__(self, mode, data=None, source=None, link=None):
        self.mode, self.data, self.source, self.link = mode, data, source, link

    def read(self):
        if self.source is None:
            return self.data
        with open(self.source, "rb") as file:
            return file.read()


class Tree:
    """The files of one image, by their path in it."""

    def __init__(self, image, config):
        self.image, self.config = image, config
        self.entries = {path: Entry(0o777, link=target) for path, target in LINKS.items()}
        for path, text in USERS.items():
            self.entries[path] = Entry(0o644, data=text.encode())
        for path, mode in image.get("directories", {}).items():
            self.entries[path] = Entry(stat.S_IFDIR | int(mode, 8))
        if image.get("authorities", False):
            self.add(AUTHORITIES, AUTHORITIES, 0o644)
        for package in image.get("packages", []):
            self.add_package(package)
        for path, source in image.get("programs", {}).items():
            self.add_program(self.find(source), path)
        for path, source in image.get("files", {}).items():
            self.add(self.find(source), path)
        for path, target in image.get("links", {}).items():
            self.entries[merged(path)] = Entry(0o777, link=target)
        self.add_parents()

    def find(self, source):
        """A path of this machine, from one of the kinds in README.md."""
        kind, _, name = source.partition(":")
        if kind == "tool":
            path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{CACHE}/bin:/usr/sbin")
            if not path:
                raise Missing(f"there is no {name} on PATH or in {CACHE}/bin: run scripts/setup.sh")
            return os.path.realpath(path)
        if kind == "build":
            path = os.path.join(ROOT, ".build", self.config, name)
            if not os.path.exists(path):
                raise Missing(f"there is no {path}: run swift build -c {self.config} --product {name}")
            return path
        if kind == "init":
            path = os.path.join(ROOT, "sandbox-init", "build", name)
            if not os.path.exists(path):
                raise Missing(f"there is no {path}: run make init")
            return path
        if kind == "c":
            return self.compile(os.path.join(self.image["folder"], name))
        return os.path.join(self.image["folder"], source)

    def compile(self, source):
        self.scratch = tempfile.TemporaryDirectory()
        path = os.path.join(self.scratch.name, "program")
        subprocess.run(["gcc", "-Os", "-static", "-s", "-Wall", "-Wl,--build-id=none", "-o", path, source], check=True)
        return path

    def add(self, source, path, mode=None):
        if not os.path.isfile(source):
            raise Missing(f"there is no {source}, which goes into the image {self.image['name']}")
        if mode is None:
            mode = 0o755 if os.access(source, os.X_OK) else 0o644
        self.entries[merged(path)] = Entry(mode, source=os.path.realpath(source))

    def add_program(self, source, path):
        self.add(source, path, 0o755)
        self.add_libraries(source)

    def add_libraries(self, program):
        """Into the folder that the loader searches without being told, whatever folder they were found in."""
        for name, found in libraries(program):
            if name.startswith("/"):  # the loader itself
                self.add(found, name, 0o755)
            else:
                self.add(found, f"/usr/lib/{architecture()[1]}/{name}", 0o644)

    def add_package(self, pattern):
        listed = subprocess.run(["dpkg-query", "--listfiles", *self.installed(pattern)], capture_output=True, text=True)
        for path in listed.stdout.split("\n"):
            if not path.startswith("/") or NOT_IN_IMAGES.search(path):
                continue
            if os.path.islink(path):
                self.entries.setdefault(merged(path), Entry(0o777, link=os.readlink(path)))
            elif os.path.isfile(path):
                mode = 0o755 if os.access(path, os.X_OK) and os.stat(path).st_mode & 0o111 else 0o644
                self.entries[merged(path)] = Entry(mode, source=path)
                if is_elf(path):
                    self.add_libraries(path)

    def installed(self, pattern):
        listed = subprocess.run(
            ["dpkg-query", "--show", "--showformat", "${db:Status-Status} ${binary:Package}\n", pattern],
            capture_output=True,
            text=True,
        )
        names = [line.split()[1] for line in listed.stdout.splitlines() if line.startswith("installed ")]
        if not names:
            raise Missing(f"no Debian package {pattern} is installed: run scripts/setup.sh, or apt-get install {pattern}")
        return names

    def add_parents(self):
        for path in list(self.entries):
            parent = os.path.dirname(path)
            while parent != "/":
                self.entries.setdefault(parent, Entry(stat.S_IFDIR | 0o755))
                parent = os.path.dirname(parent)

    def ordered(self):
        return sorted(self.entries.items())

    def write(self, folder):
        for path, entry in self.ordered():
            target = folder + path
            if stat.S_ISDIR(entry.mode):
                os.makedirs(target, exist_ok=True)
            elif entry.link is not None:
                os.symlink(entry.link, target)
                continue
            else:
                with open(target, "wb") as file:
                    file.write(entry.read())
            os.chmod(target, stat.S_IMODE(entry.mode))


def merged(path):
    top = "/" + path.split("/")[1]
    return f"/{LINKS[top]}{path[len(top):]}" if top in LINKS and path != top else path


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def libraries(program):
    """(name, path) of each shared library that a program loads; none of a static one."""
    done = subprocess.run(["ldd", program], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    for line in done.stdout.splitlines():
        if "not found" in line:
            raise Missing(f"{program} needs {line.split()[0]}, which is not on this machine")
        named = re.match(r"\s*(\S+) => (/\S+) \(", line)
        loader = re.match(r"\s*(/\S+) \(", line)
        if named:
            yield (os.path.basename(named[1]) if "/" in named[1] else named[1]), named[2]
        elif loader:
            yield loader[1], loader[1]


def architecture():
    """As OCI names it, and as Debian names the folder of its libraries."""
    return {
        "x86_64": ("amd64", "x86_64-linux-gnu"),
        "aarch64": ("arm64", "aarch64-linux-gnu"),
    }[os.uname().machine]
