"""A program of Debian's in a folder of the cache: complete, or not there at all."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from deploy.local.debian_mirror import MirrorFailed, download, find_mirrors, unpack

_COMPLETE = "evendial-version"


def version_in(folder: Path) -> str | None:
    """What `unpack_into` wrote down of the program in `folder`; None when it is not there."""
    mark = folder / _COMPLETE
    return mark.read_text() if mark.exists() else None


def unpack_into(
    folder: Path,
    packages: Sequence[str],
    *,
    suite: str,
    finish: Callable[[Path], str],
    given: Sequence[str] = (),
    progress: Callable[[], None],
) -> str:
    """Unpack `packages` of `suite` into `folder`, from the first mirror that gives a program which runs.

    `finish` gets the folder under another name, does what maintainer scripts would, and returns the version
    of the program, or raises MirrorFailed when that does not run here. `given` is what the host has itself.
    `progress` is called before the download. The caller holds a lock. Raises MirrorFailed.
    """
    *others, last = find_mirrors()
    kind = folder.name.split("-")[0]
    for abandoned in folder.parent.glob(f"{kind}-*.partial"):
        shutil.rmtree(abandoned, ignore_errors=True)
    progress()
    for mirror in others:
        with suppress(MirrorFailed):
            return _unpack(folder, packages, suite, mirror, given, finish)
    return _unpack(folder, packages, suite, last, given, finish)


def _unpack(
    folder: Path,
    packages: Sequence[str],
    suite: str,
    mirror: str,
    given: Sequence[str],
    finish: Callable[[Path], str],
) -> str:
    partial = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", suffix=".partial", dir=folder.parent))
    try:
        root = partial / "root"
        state = partial / "apt"
        unpack(download(packages, mirror=mirror, suite=suite, state=state, given=given), root)
        version = finish(root)
        (root / _COMPLETE).write_text(version)
        shutil.rmtree(folder, ignore_errors=True)
        root.rename(folder)
        return version
    finally:
        shutil.rmtree(partial, ignore_errors=True)
