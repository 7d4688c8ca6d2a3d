"""A real Asterisk for this host: the operator's, the cached one, or one unpacked from the Debian mirror."""

import os
import platform
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.local.asterisk_build import AsteriskBuild, version_of
from deploy.local.debian_mirror import MirrorFailed
from deploy.local.folders import cache_folder, locked
from deploy.local.unpacked import unpack_into, version_in

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
    version = version_in(folder)
    return None if version is None else AsteriskBuild(root=folder, version=version)


def _fetch(folder: Path, suite: str, progress: Callable[[str], None]) -> AsteriskBuild:
    def finish(root: Path) -> str:
        (root / "usr/share/asterisk/sounds/en").symlink_to("en_US_f_Allison")  # a maintainer script's work
        version = version_of(root)
        if version is None:
            raise MirrorFailed(f"the Asterisk of {suite} does not run on this host")
        return version

    words = f"Unpacking Asterisk of Debian {suite} into {folder.parent} (once, about 80 MB) …"
    version = unpack_into(folder, _PACKAGES, suite=suite, finish=finish, progress=lambda: progress(words))
    return AsteriskBuild(root=folder, version=version)
