"""A real Asterisk for this host: the operator's, the cached one, or one unpacked from the Debian mirror."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local.asterisk_build import AsteriskBuild, version_of
from deploy.local.debian_mirror import MirrorFailed, download, find_mirrors, unpack
from deploy.local.folders import cache_folder, locked

SUITES = ("sid", "forky", "bullseye")
"""Debian's releases that carry Asterisk, newest first (bookworm and trixie have none)."""
OLDEST = 16
"""The oldest major version that Evendial supports, and that bullseye carries."""

_PACKAGES = (
    "asterisk",
    "asterisk-core-sounds-en-gsm",
    "asterisk-core-sounds-en-wav-",
    "asterisk-core-sounds-en-g722-",
)
_COMPLETE = "evendial-version"


class AsteriskUnavailable(Exception):
    """No Asterisk can be had on this host; the message is one plain sentence that says why."""


def find_asterisk(
    *, major: int | None = None, progress: Callable[[str], None] = lambda line: None
) -> AsteriskBuild:
    """The Asterisk of `EVENDIAL_ASTERISK_ROOT`, else the newest that can be had, or one of a `major` version.

    Blocks for about 10 s when it has to download (80 MB, once); `progress` gets a line before.
    Two callers at once: the second waits for the first. Raises AsteriskUnavailable.
    """
    if chosen := os.environ.get("EVENDIAL_ASTERISK_ROOT"):
        build = _chosen(Path(chosen))
        if major in (None, build.major):
            return build
    cache = cache_folder()
    failures: dict[str, None] = {}
    with locked(cache / "asterisk.lock"):
        for suite in _suites(major):
            folder = cache / f"asterisk-{suite}-{platform.machine()}"
            try:
                build = _cached(folder) or _fetch(folder, suite, progress)
            except MirrorFailed as error:
                failures[str(error)] = None
                continue
            if major in (None, build.major):
                return build
            failures[f"Debian {suite} has {build.major}"] = None
    wanted = "Asterisk" if major is None else f"Asterisk {major}"
    raise AsteriskUnavailable(f"{wanted} cannot be unpacked here: {'; '.join(failures)}.")


def _suites(major: int | None) -> Sequence[str]:
    """Where to look, so that nothing is downloaded in vain: bullseye is archived and stays what it is."""
    if major is None:
        return SUITES
    return SUITES[-1:] if major == OLDEST else SUITES[:-1]


def _chosen(root: Path) -> AsteriskBuild:
    version = version_of(root)
    if version is None:
        raise AsteriskUnavailable(f"EVENDIAL_ASTERISK_ROOT={root} holds no usr/sbin/asterisk that runs here.")
    return AsteriskBuild(root=root, version=version)


def _cached(folder: Path) -> AsteriskBuild | None:
    mark = folder / _COMPLETE
    return AsteriskBuild(root=folder, version=mark.read_text()) if mark.exists() else None


def _fetch(folder: Path, suite: str, progress: Callable[[str], None]) -> AsteriskBuild:
    *others, last = find_mirrors()
    for abandoned in folder.parent.glob("asterisk-*.partial"):
        shutil.rmtree(abandoned, ignore_errors=True)
    progress(f"Unpacking Asterisk of Debian {suite} into {folder.parent} (once, about 80 MB) …")
    for mirror in others:
        with suppress(MirrorFailed):
            return _unpack(folder, suite, mirror)
    return _unpack(folder, suite, last)


def _unpack(folder: Path, suite: str, mirror: str) -> AsteriskBuild:
    partial = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", suffix=".partial", dir=folder.parent))
    try:
        root = partial / "root"
        unpack(download(_PACKAGES, mirror=mirror, suite=suite, state=partial / "apt"), root)
        (root / "usr/share/asterisk/sounds/en").symlink_to("en_US_f_Allison")  # a maintainer script's work
        version = version_of(root)
        if version is None:
            raise MirrorFailed(f"the Asterisk of {suite} does not run on this host")
        (root / _COMPLETE).write_text(version)
        shutil.rmtree(folder, ignore_errors=True)
        root.rename(folder)
        return AsteriskBuild(root=folder, version=version)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
