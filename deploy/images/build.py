#!/usr/bin/env python3
"""Builds container images as OCI archives, without a registry, a daemon or root.

  deploy/images/build.py [--config debug|release] [--output FOLDER] [IMAGE.toml...]
  deploy/images/build.py --root FOLDER IMAGE.toml      the files alone, as the Containerfile takes them

All of deploy/images/*.toml when none is named. Writes FOLDER/NAME.tar for each, and FOLDER/images.txt with lines
"name:tag digest" (of .build/images unless told). An image holds what its file lists and nothing else: programs with the
shared libraries that ldd names, files of installed Debian packages, certificate authorities.

The same inputs give the same digest: files are in order, owned by root, and dated like the commit (SOURCE_DATE_EPOCH). So
two builds of a commit differ only by what goes in: the compiled program, and the versions of this machine's packages.
"""

import argparse
import os
import sys
import tomllib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import archive
import contents

ROOT = contents.ROOT


def arguments():
    parser = argparse.ArgumentParser(description="Builds container images as OCI archives.")
    parser.add_argument("--config", choices=("debug", "release"), default="release", help="which build of palana goes in")
    parser.add_argument("--output", default=os.path.join(ROOT, ".build", "images"))
    parser.add_argument("--root", help="write the files of one image here instead of an archive")
    parser.add_argument("images", nargs="*")
    options = parser.parse_args()
    folder = os.path.join(ROOT, "deploy", "images")
    options.images = options.images or sorted(
        os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".toml")
    )
    if options.root and len(options.images) != 1:
        parser.error("--root takes one image")
    return options


def main():
    options = arguments()
    built = []
    for path in options.images:
        with open(path, "rb") as file:
            image = tomllib.load(file)
        image["folder"] = os.path.dirname(os.path.abspath(path))
        tree = contents.Tree(image, options.config)
        if options.root:
            tree.write(options.root)
            return
        name = os.path.splitext(os.path.basename(path))[0]
        os.makedirs(options.output, exist_ok=True)
        target = os.path.join(options.output, f"{name}.tar")
        # Those who try want it soon, those who download want it small.
        tag, digest = archive.write(image, tree, target, options.config, compress=options.config == "release")
        built.append(f"{tag} {digest}")
        print(f"{tag}  {os.path.getsize(target) / 1e6:.0f} MB  {digest}", flush=True)
    with open(os.path.join(options.output, "images.txt"), "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in built))


if __name__ == "__main__":
    try:
        main()
    except contents.Missing as error:
        sys.exit(f"images: {error}")
