from collections.abc import Iterator
from random import Random

import phonenumbers
import pytest
from evendial_scheduler.core.window import zone_of
from evendial_scheduler.number_zones import zones_of
from phonenumbers import PhoneNumber, PhoneNumberType
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

pytestmark = pytest.mark.unit

KINDS = PhoneNumberType.values()


def digits_of(number: PhoneNumber) -> str:
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"


def examples() -> Iterator[PhoneNumber]:
    """One of each kind in each region, and what they turn into when their last digits change."""
    random = Random(7)
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for region in regions:
            for kind in KINDS:
                number = (
                    phonenumbers.example_number_for_non_geo_entity(code)
                    if region == "001"
                    else phonenumbers.example_number_for_type(region, kind)
                )
                if number:
                    yield number
                    yield from varied(number, random)


def varied(number: PhoneNumber, random: Random) -> Iterator[PhoneNumber]:
    digits = phonenumbers.national_significant_number(number)
    for kept in range(max(1, len(digits) - 7), len(digits)):
        other = digits[:kept] + "".join(random.choice("0123456789") for _ in digits[kept:])
        zeros = len(other) - len(other.lstrip("0"))
        if int(other):
            yield PhoneNumber(
                country_code=number.country_code,
                national_number=int(other),
                italian_leading_zero=zeros > 0 or None,
                number_of_leading_zeros=zeros if zeros > 1 else None,
            )


def test_the_zones_of_valid_numbers_are_those_of_phonenumbers() -> None:
    checked, wrong = 0, []
    for number in examples():
        if phonenumbers.is_valid_number(number):
            expected = tuple(time_zones_for_number(number))
            known = () if expected == ("Etc/Unknown",) else expected
            checked += 1
            if zones_of(digits_of(number)) != known:
                wrong.append((digits_of(number), zones_of(digits_of(number))[:3], known[:3]))
    assert wrong == []
    assert checked > 5000


@pytest.mark.parametrize(
    ("digits", "zones"),
    [
        ("12125550123", ("America/New_York",)),
        ("13105550123", ("America/Los_Angeles",)),
        ("19075550123", ("America/Adak", "America/Anchorage")),
        ("37061234567", ("Europe/Bucharest",)),
        ("80012345678", ()),
        ("8816312345678", ()),
        ("9991234567", ()),
        ("", ()),
    ],
)
def test_a_number_may_have_one_zone_several_or_none(digits: str, zones: tuple[str, ...]) -> None:
    assert zones_of(digits) == zones


def test_who_has_no_place_is_anywhere_in_the_country() -> None:
    everywhere = TIMEZONE_DATA["1"]
    assert zones_of("18005550123") == everywhere
    assert zones_of("12685550123") == everywhere  # no number of its plan
    assert zones_of("12684601234") == ("America/Antigua",)
    assert zones_of("12684641234") == everywhere  # a mobile


def test_every_zone_of_phonenumbers_is_in_the_time_zone_database() -> None:
    for name in {zone for zones in TIMEZONE_DATA.values() for zone in zones}:
        zone_of(name)
