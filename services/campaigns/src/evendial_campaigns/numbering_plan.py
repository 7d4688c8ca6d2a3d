"""The one place that speaks to phonenumbers: the world's numbering plans, taken from its tables once."""

import re
from functools import cache
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata

from evendial_campaigns.core.numbering import DIGITS_MAX, Country, Match, NumberingPlan, Region

SATELLITE = ("870", "878", "881", "882", "883", "979")
"""Satellites, personal numbers, international networks, international premium: dear as a whole."""
_NOT_GEOGRAPHIC = "001"
_DEAR = ("premium_rate", "shared_cost")
_OTHER = ("fixed_line", "mobile", "toll_free", "voip", "personal_number", "pager", "uan")


@cache
def numbering_plan() -> NumberingPlan:
    """The plans of all countries; takes about 100 ms at its first call."""
    countries: dict[str, Country] = {}
    regions: dict[str, Region] = {}
    for code, names in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        tables = [_table(code, name) for name in names]
        country = _country(str(code), tables)
        countries |= dict.fromkeys(_first_three(country.code), country)
        regions |= {
            table.id: _region(country, table) for table in tables if not table.id.startswith(_NOT_GEOGRAPHIC)
        }
    return NumberingPlan(countries=countries, regions=regions, parse=_parse)


def _table(code: int, name: str) -> Any:
    if name == _NOT_GEOGRAPHIC:
        return PhoneMetadata.metadata_for_nongeo_region(code)
    return PhoneMetadata.metadata_for_region(name)


def _first_three(code: str) -> list[str]:
    free = 3 - len(code)
    return [f"{code}{n:0{free}d}" for n in range(10**free)] if free else [code]


def _country(code: str, tables: list[Any]) -> Country:
    main = tables[0]
    return Country(
        code=code,
        lengths=frozenset(n for n in main.general_desc.possible_length if len(code) + n <= DIGITS_MAX),
        prefix=_matching(main.national_prefix_for_parsing),
        premium=_premium(code, tables),
    )


def _premium(code: str, tables: list[Any]) -> Match | None:
    """Digits too many after a dear number do not make it cheap: the network stops listening at its end."""
    if code in SATELLITE:
        return re.compile("").match
    dear = _patterns(tables, _DEAR)
    if not dear:
        return None
    other = _patterns(tables, _OTHER) or "(?!)"
    return re.compile(f"(?={dear})(?:{dear}\\Z|(?!{other}\\Z))", re.ASCII).match


def _patterns(tables: list[Any], kinds: tuple[str, ...]) -> str:
    known = [getattr(table, kind) for table in tables for kind in kinds]
    patterns = {each.national_number_pattern for each in known if each and each.national_number_pattern}
    return f"(?:{'|'.join(sorted(patterns))})" if patterns else ""


def _region(country: Country, table: Any) -> Region:
    parsed = table.national_prefix_for_parsing
    return Region(
        name=table.id,
        country=country,
        trunk=parsed if parsed and parsed.isdigit() else None,
        abroad=re.compile(table.international_prefix or "(?!)", re.ASCII).match,
        national=re.compile(table.general_desc.national_number_pattern, re.ASCII).fullmatch,
    )


def _matching(pattern: str | None) -> Match | None:
    return re.compile(pattern, re.ASCII).match if pattern else None


def _parse(text: str, region: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
