"""Folders outside the checkout: a cache that lasts, and run folders that vanish with their process."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

_TEMPORARY = Path("/var/tmp")
_PASSABLE = 0o711  # a server that runs as another user may reach its own sub-folder, and see nothing else
_LOCK_NAME = ".in-use"


def cache_folder() -> Path:
    """Where unpacked programs are kept between runs (`EVENDIAL_CACHE_DIR` overrides).

    Root's cache lies under /var/tmp, because servers that refuse root run from it as another user.
    """
    if chosen := os.environ.get("EVENDIAL_CACHE_DIR"):
        return _own(Path(chosen))
    if os.geteuid() != 0 and (base := _user_cache()) is not None:
        return _own(base / "evendial")
    return _own(_TEMPORARY / f"evendial-cache-{os.geteuid()}")


def runs_folder() -> Path:
    """The parent of all run folders and port locks of this user."""
    return _own(_TEMPORARY / f"evendial-run-{os.geteuid()}")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file `path` (made when absent); waits for another holder."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class RunFolder:
    """A folder for one run, removed by `remove`, or by the next run when its owner was killed."""

    def __init__(self, label: str) -> None:
        parent = runs_folder()
        with locked(parent / ".sweep"):
            _sweep(parent)
            self.path = Path(tempfile.mkdtemp(prefix=f"{label}-", dir=parent))
            self._lock = (self.path / _LOCK_NAME).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path.chmod(_PASSABLE)

    def remove(self) -> None:
        """Delete the folder with all that is in it; with `EVENDIAL_KEEP_RUN=1` it stays, to be looked at."""
        if os.environ.get("EVENDIAL_KEEP_RUN"):
            (self.path / _LOCK_NAME).unlink()
        else:
            shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def _sweep(parent: Path) -> None:
    for lock in parent.glob(f"*/{_LOCK_NAME}"):
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(lock.parent, ignore_errors=True)


def _user_cache() -> Path | None:
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base)
    home = Path(os.environ.get("HOME", "/"))
    return home / ".cache" if home != Path("/") and os.access(home, os.W_OK) else None


def _own(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    if path.stat().st_uid != os.geteuid():
        raise PermissionError(f"{path} belongs to another user: remove it, or set EVENDIAL_CACHE_DIR")
    path.chmod(_PASSABLE)
    return path
