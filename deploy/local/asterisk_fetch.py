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
"""Debian's releases that carry Asterisk, newest first (bookworm and trixie have none); bullseye's is a 16."""

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
    *, suites: Sequence[str] = SUITES, progress: Callable[[str], None] = lambda line: None
) -> AsteriskBuild:
    """The Asterisk of `EVENDIAL_ASTERISK_ROOT`, else that of the first of `suites` that can be had.

    Blocks for about 10 s when it has to download (80 MB, once); `progress` gets a line before.
    Two callers at once: the second waits for the first. Raises AsteriskUnavailable.
    """
    if chosen := os.environ.get("EVENDIAL_ASTERISK_ROOT"):
        return _chosen(Path(chosen))
    cache = cache_folder()
    failures: dict[str, None] = {}
    with locked(cache / "asterisk.lock"):
        for suite in suites:
            folder = cache / f"asterisk-{suite}-{platform.machine()}"
            try:
                return _cached(folder) or _fetch(folder, suite, progress)
            except MirrorFailed as error:
                failures[str(error)] = None
    raise AsteriskUnavailable(f"Asterisk cannot be unpacked here: {'; '.join(failures)}.")


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
