"""A headless Chromium for the browser tests: named, cached, or unpacked from the Debian mirror."""

import os
import platform
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.debian_mirror import MirrorFailed
from deploy.local.folders import cache_folder, locked
from deploy.local.unpacked import unpack_into, version_in

ARGUMENTS = ("--no-sandbox", "--disable-gpu")
"""It shows our own pages alone, and its sandbox needs what neither root nor a container has."""

_PACKAGES = ("chromium-headless-shell", "fonts-inter", "fonts-dejavu-core")
_OF_THE_HOST = ("libc6",)  # Chromium starts itself anew for each page, by the host's own loader
_NOT_NEEDED = ("x11-utils", "xdg-utils")
_PROGRAM = "usr/lib/chromium/chromium-headless-shell"
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir prefix="relative">usr/share/fonts</dir>
<cachedir prefix="xdg">fontconfig</cachedir>
<alias><family>system-ui</family><prefer><family>Inter</family></prefer></alias>
<alias><family>sans-serif</family><prefer><family>Inter</family><family>DejaVu Sans</family></prefer></alias>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""
"""The same fonts on every host, so that screenshots differ by the page alone."""


class ChromiumUnavailable(Exception):
    """No Chromium can be had on this host; the message is one plain sentence that says why."""


@dataclass(frozen=True, kw_only=True)
class Chromium:
    """A program to be started with `ARGUMENTS` and, over the caller's own, this environment."""

    program: Path
    version: str
    """As it says itself: `Chromium 150.0.7871.100 …`."""
    environment: Mapping[str, str] = field(default_factory=dict)


def find_chromium(*, progress: Callable[[str], None] = lambda line: None) -> Chromium:
    """The program that `EVENDIAL_CHROMIUM` names, else the one of the host's own Debian release.

    Blocks for about 20 s when it has to download (100 MB, once); `progress` gets a line before.
    Two callers at once: the second waits for the first. Raises ChromiumUnavailable.
    """
    if chosen := os.environ.get("EVENDIAL_CHROMIUM"):
        return _chosen(Path(chosen))
    cache = cache_folder()
    with locked(cache / "chromium.lock"):
        try:
            folder = cache / f"chromium-{_suite()}-{platform.machine()}"
            version = version_in(folder) or _fetch(folder, progress)
        except MirrorFailed as error:
            raise ChromiumUnavailable(
                f"Chromium cannot be unpacked here: {error}; EVENDIAL_CHROMIUM may name one that is there."
            ) from None
    return Chromium(program=folder / _PROGRAM, version=version, environment=_environment(folder))


def _chosen(program: Path) -> Chromium:
    try:
        return Chromium(program=program, version=_version_of(program, {}))
    except MirrorFailed:
        raise ChromiumUnavailable(f"EVENDIAL_CHROMIUM={program} is no program that runs here.") from None


def _suite() -> str:
    """The host's own release, since the host's C library is used."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        release = {}
    return release.get("VERSION_CODENAME", "sid").partition("/")[0]


def _fetch(folder: Path, progress: Callable[[str], None]) -> str:
    def finish(root: Path) -> str:
        (root / "fonts.conf").write_text(_FONTS)
        return _version_of(root / _PROGRAM, _environment(root))

    suite = _suite()
    words = f"Unpacking Chromium of Debian {suite} into {folder.parent} (once, about 100 MB) …"
    return unpack_into(
        folder,
        _PACKAGES,
        suite=suite,
        finish=finish,
        given=(*_OF_THE_HOST, *_NOT_NEEDED),
        progress=lambda: progress(words),
    )


def _environment(root: Path) -> dict[str, str]:
    libraries = sorted({file.parent for file in (root / "usr/lib").glob("*-linux-*/**/*.so*")})
    return {
        "LD_LIBRARY_PATH": ":".join(map(str, libraries)),
        "FONTCONFIG_FILE": str(root / "fonts.conf"),
        "XDG_CACHE_HOME": str(root / "xdg-cache"),
    }


def _version_of(program: Path, environment: Mapping[str, str]) -> str:
    try:
        result = subprocess.run(
            [program, *ARGUMENTS, "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, **environment},
        )
    except (OSError, subprocess.SubprocessError):
        raise MirrorFailed("it does not run on this host") from None
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        raise MirrorFailed(f"it does not run on this host ({last!r})")
    return result.stdout.strip()
