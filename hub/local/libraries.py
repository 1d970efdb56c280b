"""System libraries that no package brings: Pango and a font for PDFs, Chromium for browser tests.

`python -m hub.local.libraries pdf [browser]` installs what is missing where it may, and else names it in
one line and exits with 1.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from hub.local import LocalFault

PANGO = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"]
PANGO_ON_MACOS = ["libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz-subset.dylib"]
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
FONTS = ["/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "/Library/Fonts"]


def has_pango() -> bool:
    def loads(name: str) -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return all(map(loads, PANGO_ON_MACOS if sys.platform == "darwin" else PANGO))


def has_font() -> bool:
    folders = (Path(folder).expanduser() for folder in FONTS)
    return any(next(folder.rglob("*.[to]tf"), None) for folder in folders)


def has_browser() -> bool:
    return any(map(shutil.which, BROWSERS))


# For each purpose: what is looked for, what Debian calls it.
NEEDS: dict[str, list[tuple[Callable[[], bool], list[str]]]] = {
    "pdf": [
        (has_pango, ["libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"]),
        (has_font, ["fonts-dejavu-core"]),
    ],
    "browser": [(has_browser, ["chromium"])],
}


def missing(purposes: list[str]) -> list[str]:
    return [
        name for purpose in purposes for is_there, packages in NEEDS[purpose] if not is_there() for name in packages
    ]


def install(packages: list[str]) -> None:
    """With apt-get, where that is there and we are root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(packages)}.", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        # What goes wrong shows in what is still missing afterwards.
        subprocess.run(
            ["apt-get", "-qq", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )


def ensure(purposes: list[str]) -> None:
    """Everything for the purposes is there when this returns; LocalFault names what is not."""
    if packages := missing(purposes):
        install(packages)
    if packages := missing(purposes):
        raise LocalFault(
            f"Missing on this machine: {', '.join(packages)} (names as in Debian: `sudo apt-get install"
            f" {' '.join(packages)}`)."
        )


if __name__ == "__main__":
    try:
        ensure(sys.argv[1:])
    except LocalFault as fault:
        sys.exit(str(fault))
