"""The numbering plans taken from phonenumbers: the short way must say what the library says."""

import phonenumbers
import pytest
from evendial_campaigns.core.numbers import Numbers, Refusal, Refused
from evendial_campaigns.numbering_plan import numbering_plan
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType as Type
from phonenumbers import ValidationResult

pytestmark = pytest.mark.unit

PLAN = numbering_plan()
REGIONS = sorted(PLAN.regions)
DEAR = {Type.PREMIUM_RATE, Type.SHARED_COST}
OTHERS = (Type.FIXED_LINE, Type.MOBILE, Type.TOLL_FREE, Type.VOIP, Type.UAN, Type.PERSONAL_NUMBER)


def by_the_library(text: str, region: str | None) -> int | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    digits = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return int(digits) if possible and 7 <= len(digits) <= 15 else None


def ours(text: str, region: str | None) -> int | None:
    numbers = Numbers(PLAN, region=PLAN.regions[region] if region else None, premium=True)
    read = numbers.read(text)
    return read if isinstance(read, int) else None


def test_every_region_of_the_library_is_known() -> None:
    assert set(PLAN.regions) == phonenumbers.SUPPORTED_REGIONS
    codes = {country.code for country in PLAN.countries.values()}
    assert codes == {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(REGIONS), st.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_international_numbers_are_read_as_the_library_reads_them(region: str, national: str) -> None:
    text = f"+{PLAN.regions[region].country.code}{national}"
    assert ours(text, None) == by_the_library(text, None)
    assert ours(text, "DE") == by_the_library(text, "DE")


@settings(max_examples=3000, deadline=None)
@given(
    st.sampled_from(REGIONS), st.from_regex(r"0{0,1}[1-9][0-9]{5,13}|0{2}[1-9][0-9]{5,12}", fullmatch=True)
)
def test_national_numbers_are_read_as_the_library_reads_them(region: str, text: str) -> None:
    expected = by_the_library(text, region)
    if expected is None and text.startswith("00"):
        expected = by_the_library(f"+{text[2:]}", None)
    assert ours(text, region) == expected


@pytest.mark.parametrize("region", REGIONS)
def test_examples_of_every_country_are_read_in_every_form(region: str) -> None:
    for kind in OTHERS:
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None or by_the_library(f"+{_digits(number)}", None) is None:
            continue
        for form in (
            phonenumbers.PhoneNumberFormat.E164,
            phonenumbers.PhoneNumberFormat.INTERNATIONAL,
            phonenumbers.PhoneNumberFormat.NATIONAL,
        ):
            written = phonenumbers.format_number(number, form)
            assert ours(written, region) == by_the_library(written, region), written


def _digits(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:]


def dear_examples() -> list[str]:
    found = []
    for region in REGIONS:
        for kind in sorted(DEAR):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None and ours(f"+{_digits(number)}", None):
                found.append(_digits(number))
    return found


def test_there_are_many_dear_ranges() -> None:
    assert len(dear_examples()) > 100


@pytest.mark.parametrize("digits", dear_examples())
def test_premium_and_shared_cost_numbers_are_refused_unless_allowed(digits: str) -> None:
    refused = Numbers(PLAN).read(digits)
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.PREMIUM_NUMBER
    assert Numbers(PLAN, premium=True).read(digits) == int(digits)


@pytest.mark.parametrize(
    "digits",
    ["870773111632", "878101234567890"[:15], "881612345678", "8821234567", "883510012345", "979123456789"],
)
def test_satellites_and_international_networks_are_refused_unless_allowed(digits: str) -> None:
    refused = Numbers(PLAN).read(f"+{digits}")
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.PREMIUM_NUMBER
    assert Numbers(PLAN, premium=True).read(f"+{digits}") == int(digits)


def test_a_dear_number_stays_dear_with_a_digit_too_many() -> None:
    assert Numbers(PLAN, premium=True).read("+4990012345678") == 4990012345678
    refused = Numbers(PLAN).read("+4990012345678")
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.PREMIUM_NUMBER


@pytest.mark.parametrize("region", REGIONS)
def test_ordinary_numbers_are_not_taken_for_dear_ones(region: str) -> None:
    for kind in (Type.FIXED_LINE, Type.MOBILE, Type.TOLL_FREE):
        number = phonenumbers.example_number_for_type(region, kind)
        if (
            number is not None
            and phonenumbers.number_type(number) not in DEAR
            and ours(_digits(number), None)
        ):
            assert Numbers(PLAN).read(_digits(number)) == int(_digits(number))
