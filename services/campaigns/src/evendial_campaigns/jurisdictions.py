"""Laws on calling hours that campaigns may choose: those of this package, and the operator's own."""

import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, time
from importlib import resources
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
from evendial_chassis.settings import BadSettings
from evendial_contracts.windows import Jurisdiction, JurisdictionVersion, Window, WindowZone
from msgspec import Meta

from evendial_campaigns.core.jurisdictions import Jurisdictions, check
from evendial_campaigns.core.rejected import Rejected

PACKAGE = "evendial_campaigns"
SHIPPED = "laws"

Line = Annotated[str, Meta(min_length=1, max_length=300)]


class _File(Protocol):
    """A path, or a file of a package."""

    @property
    def name(self) -> str: ...
    def read_bytes(self) -> bytes: ...


class _Window(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    start: time = time(0, 0)
    stop: time = time(0, 0)
    weekdays: tuple[Annotated[int, Meta(ge=1, le=7)], ...] = (1, 2, 3, 4, 5, 6, 7)


class _Version(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: Line
    source: Line
    effective_from: date
    effective_until: date | None = None
    windows: Annotated[tuple[_Window, ...], Meta(min_length=1)]
    closed_days: tuple[date, ...] = ()


class _Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$(?!\n)")]
    title: Line
    zone: WindowZone = WindowZone.NUMBER
    versions: Annotated[tuple[_Version, ...], Meta(min_length=1)]


def jurisdictions(folder: str | None) -> Jurisdictions:
    """The shipped ones, and beside them or in place of them those of the operator's folder (`*.toml`).

    Raises `BadSettings`, which names the file and the field, for one that cannot be used.
    """
    shipped = [each for each in (resources.files(PACKAGE) / SHIPPED).iterdir() if each.name.endswith(".toml")]
    return Jurisdictions(_read(shipped) | _read(_own(folder)))


def _own(folder: str | None) -> list[Path]:
    if folder is None:
        return []
    if not Path(folder).is_dir():
        raise BadSettings(f"EVENDIAL_CAMPAIGNS_JURISDICTION_FOLDER: {folder} is not a folder")
    return sorted(Path(folder).glob("*.toml"))


def _read(files: Iterable[_File]) -> dict[str, Jurisdiction]:
    found: dict[str, Jurisdiction] = {}
    named: dict[str, str] = {}
    for file, form in _forms(files):
        if form.id in found:
            raise BadSettings(f"{file}: id: {form.id!r} is the id of {named[form.id]} already")
        found[form.id], named[form.id] = _jurisdiction(form), file
        try:
            check(found[form.id])
        except Rejected as error:
            raise BadSettings(f"{file}: {error.field} {error}") from error
    return found


def _forms(files: Iterable[_File]) -> Iterator[tuple[str, _Form]]:
    for file in files:
        try:
            yield file.name, msgspec.convert(tomllib.loads(file.read_bytes().decode()), _Form)
        except (msgspec.ValidationError, tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            raise BadSettings(f"{file.name}: {error}") from error


def _jurisdiction(form: _Form) -> Jurisdiction:
    versions = tuple(_version(each) for each in form.versions)
    return Jurisdiction(id=form.id, title=form.title, zone=form.zone, versions=versions)


def _version(form: _Version) -> JurisdictionVersion:
    windows = tuple(
        Window(**msgspec.structs.asdict(each), closed_days=form.closed_days) for each in form.windows
    )
    return JurisdictionVersion(
        version=form.version,
        source=form.source,
        effective_from=form.effective_from,
        effective_until=form.effective_until,
        windows=windows,
    )
