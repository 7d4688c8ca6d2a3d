"""The one place that speaks to phonenumbers: the time zones that a number may be in, from its tables."""

import re
from collections.abc import Iterable
from functools import cache

import msgspec
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneMetadata,
    PhoneNumberType,
    is_number_type_geographical,
)
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from evendial_scheduler.core.window import zone_of

Zones = tuple[str, ...]

_ELSEWHERE = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)


class _Country(msgspec.Struct, frozen=True):
    """All zones behind a calling code; `local` matches, to the end, digits after it that tell more."""

    code: str
    zones: Zones
    local: re.Pattern[str] | None

    def tells(self, digits: str) -> bool:
        """Whether the digits of this number say where it is."""
        found = self.local.match(digits, len(self.code)) if self.local else None
        return found is not None and found.end() == len(digits)


def zones_of(digits: str) -> Zones:
    """The IANA zones that the number (E.164 without the plus sign) may be in; none if that is not known.

    What `phonenumbers.timezone.time_zones_for_number` says of a valid number: of one without a place (most
    mobiles, toll-free ones) all zones of its country. One that its numbering plan does not have is treated
    like one without a place.
    """
    country = _country(digits[:1]) or _country(digits[:2]) or _country(digits[:3])
    if country is None:
        return ()
    if country.tells(digits):
        table = _table()
        for length in range(TIMEZONE_LONGEST_PREFIX, 0, -1):
            if zones := table.get(digits[:length]):
                return zones
    return country.zones


@cache
def _country(code: str) -> _Country | None:
    regions = COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code.isdecimal() else None
    zones = _table().get(code)
    if regions is None or zones is None:
        return None
    finer = {each for prefix, each in _table().items() if prefix.startswith(code)} - {zones}
    return _Country(code, zones, _local(int(code), regions) if finer else None)


@cache
def _table() -> dict[str, Zones]:
    """Zones by prefix, but for those of which the time zone database has not all: these are not known."""
    return {prefix: zones for prefix, zones in TIMEZONE_DATA.items() if all(map(_is_known, zones))}


def _is_known(zone: str) -> bool:
    try:
        zone_of(zone)
    except ValueError:
        return False
    return True


def _local(code: int, regions: Iterable[str]) -> re.Pattern[str]:
    """Matches the national numbers whose place their digits tell: of the first region that has such a one."""
    by_region = []
    for region in regions:
        table = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        assert table is not None, "each region that a calling code names has a table"
        kinds = ["fixed_line"]
        if is_number_type_geographical(PhoneNumberType.MOBILE, code):
            kinds.append("mobile")
        here, elsewhere = _pattern(table, kinds), _pattern(table, _ELSEWHERE)
        anything = _pattern(table, ["fixed_line", "mobile", *_ELSEWHERE])
        leading = table.leading_digits
        is_of_region = f"(?:{leading})" if leading else f"(?:{anything})\\Z"
        by_region.append(f"(?={is_of_region})(?:(?!(?:{elsewhere})\\Z)(?:{here})\\Z|)")
    return re.compile("|".join(by_region), re.ASCII)


def _pattern(table: PhoneMetadata, kinds: Iterable[str]) -> str:
    known = [getattr(table, kind) for kind in kinds]
    patterns = {each.national_number_pattern for each in known if each and each.national_number_pattern}
    return "|".join(f"(?:{each})" for each in sorted(patterns)) if patterns else "(?!)"
