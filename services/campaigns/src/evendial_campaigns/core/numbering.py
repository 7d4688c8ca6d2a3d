"""The numbering plans of the world as plain data, and what they say of digits."""

import re
from collections.abc import Callable

import msgspec

Match = Callable[[str], re.Match[str] | None]

DIGITS_MAX = 15
"""ITU-T E.164: so many digits at most, with the country code."""


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """A country calling code and the numbers behind it.

    `lengths` are the possible lengths of the digits after the code. `prefix` matches, at the start of those,
    what is dialled within the country only (it may match nothing); `premium` matches them if such a number is
    premium rate, shared cost or by satellite.
    """

    code: str
    lengths: frozenset[int]
    prefix: Match | None = None
    premium: Match | None = None

    def is_possible(self, national: str) -> bool:
        """Whether these digits after the code have a length that is possible, and no `prefix` before them."""
        if len(national) not in self.lengths:
            return False
        before = self.prefix(national) if self.prefix else None
        return before is None or not before.end()


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """How numbers are dialled within a country or territory.

    `trunk` is what stands before national numbers (0 in most of Europe), `abroad` matches what stands before
    international ones, `national` matches the national numbers that there are (without `trunk`).
    """

    name: str
    country: Country
    trunk: str | None
    abroad: Match
    national: Match


class NumberingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """All countries by the first three digits of a number, and all regions by their ISO 3166-1 name.

    `parse` reads what the plain data cannot decide: a text and the region it is written in (None: the text is
    international) give the digits of E.164, or None.
    """

    countries: dict[str, Country]
    regions: dict[str, Region]
    parse: Callable[[str, str | None], str | None]

    def country_of(self, digits: str) -> Country | None:
        """Whose calling code the digits begin with."""
        return self.countries.get(digits[:3])

    def national_of(self, digits: str) -> str:
        """What comes after the calling code, or nothing where that is not known."""
        country = self.country_of(digits)
        return digits[len(country.code) :] if country else ""


def national_number(region: Region, digits: str) -> str | None:
    """The E.164 digits of what is surely a national number; None where only a full parse can tell.

    A number that begins with its own country's code may be an international one without its plus sign.
    """
    country = region.country
    if region.trunk and digits.startswith(region.trunk):
        bare = digits.removeprefix(region.trunk)
    elif digits.startswith(country.code) or digits.startswith("0"):
        return None
    else:
        bare = digits
    if region.abroad(digits) or not country.is_possible(bare) or not region.national(bare):
        return None
    return country.code + bare
