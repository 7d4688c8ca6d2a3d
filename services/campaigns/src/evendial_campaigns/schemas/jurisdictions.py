"""Laws on calling hours, as the API shows them."""

from datetime import date

import msgspec
from evendial_contracts.windows import WindowZone

from evendial_campaigns.schemas.campaigns import WindowBody


class JurisdictionVersionView(msgspec.Struct, frozen=True, kw_only=True):
    """The hours of a law while it stands so: until the end of `effective_until`, if that is known.

    Calls may start where one of `windows` is open.
    """

    version: str
    source: str
    effective_from: date
    effective_until: date | None
    windows: tuple[WindowBody, ...]


class JurisdictionView(msgspec.Struct, frozen=True, kw_only=True):
    """A law; `zone` is whose wall time its windows are."""

    id: str
    title: str
    zone: WindowZone
    versions: tuple[JurisdictionVersionView, ...]
