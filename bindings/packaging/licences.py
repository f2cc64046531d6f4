#!/usr/bin/env python3
"""licences.py TARGET: the licences of all that is in the library for this target, with their texts.

Read from cargo: what the façade links, not what builds or tests it. A package without a text of its own is
given that of another package under the same licence, or of `licences/`; where there is none, this fails and names it.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
STANDARD = pathlib.Path(__file__).resolve().parent / "licences"
NAMES = re.compile(r"^(licen[cs]e|copying|notice|unlicense|copyright)", re.IGNORECASE)


def cargo(*arguments):
    """What cargo answers."""
    return subprocess.run(["cargo", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def linked(target):
    """What the façade links: its dependencies and theirs, without those that only build or test."""
    tree = cargo("tree", "--locked", "--package", "footbridge-ffi", "--target", target, "--prefix", "none",
                 "--edges", "normal,no-proc-macro", "--format", "{p}")
    inside = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    packages = json.loads(cargo("metadata", "--locked", "--format-version", "1"))["packages"]

    def is_inside(package):
        # It only brings C, which is compiled and linked.
        brings_c = package["name"] == "sqlcipher-src"
        return brings_c or (package["name"], f"v{package['version']}") in inside

    found = [package for package in packages if package["source"] and is_inside(package)]
    return sorted(found, key=lambda package: (package["name"], package["version"]))


def expression(package):
    """Its licences in one way of writing: `MIT/Apache-2.0` is `Apache-2.0 OR MIT`."""
    said = (package["license"] or "").replace("/", " OR ")
    return said if "(" in said or " AND " in said else " OR ".join(sorted(said.split(" OR ")))


def texts(package):
    """The licence texts that a package carries, by file name."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = {file for file in folder.iterdir() if file.is_file() and NAMES.match(file.name)}
    if package["license_file"]:
        files.add(folder / package["license_file"])
    return {file.name: file.read_text(errors="replace").strip() for file in sorted(files)}


def main(target):
    inside = linked(target)
    carried = {package["id"]: texts(package) for package in inside}
    by_licence = {file.stem: ("its steward", {file.name: file.read_text().strip()}) for file in STANDARD.iterdir()}
    for package in inside:
        if carried[package["id"]]:
            by_licence.setdefault(expression(package), (package["name"], carried[package["id"]]))
    missing = []
    print(f"What is inside Footbridge for {target}, and under which licences.\n")
    for package in inside:
        print(f"{package['name']} {package['version']}: {expression(package)}")
    for package in inside:
        name, own = package["name"], carried[package["id"]]
        whose = ""
        if not own:
            if expression(package) not in by_licence:
                missing.append(f"{name} {package['version']} ({expression(package)})")
                continue
            other, own = by_licence[expression(package)]
            whose = f" (it carries no text; this is that of {other})"
        print(f"\n{'=' * 78}\n{name} {package['version']}, {expression(package)}{whose}")
        print("\n".join(filter(None, [", ".join(package["authors"]), package["repository"]])))
        for file, text in own.items():
            print(f"\n-- {file}\n\n{text}")
    if missing or not inside:
        sys.exit(f"no text of the licence of: {', '.join(missing)}")
    print(f"{len(inside)} packages for {target}, each with its licence", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
