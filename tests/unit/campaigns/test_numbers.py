"""Entries of a list."""

import pytest
from evendial_campaigns.core.numbers import LINE_MAX, Numbers, Refusal, Refused
from evendial_campaigns.numbering_plan import numbering_plan
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

PLAN = numbering_plan()
NUMBERS = Numbers(PLAN)


def within(region: str) -> Numbers:
    return Numbers(PLAN, region=PLAN.regions[region])


def reason(text: str, numbers: Numbers = NUMBERS) -> Refusal:
    refused = numbers.read(text)
    assert isinstance(refused, Refused), refused
    return refused.reason


def detail(text: str, numbers: Numbers = NUMBERS) -> str:
    refused = numbers.read(text)
    assert isinstance(refused, Refused), refused
    return refused.detail


@pytest.mark.parametrize(
    "text",
    [
        "4915112345678",
        "+4915112345678",
        "004915112345678",
        "  +49 151 1234 5678\t",
        "+49-151-1234-5678",
        "+49.151.1234.5678",
        "(+49) 151 / 1234-5678",
        "00 49 (151) 12345678",
        "+49 (0)151 12345678",
        "+49 0151 12345678",
        "'+49 151 12345678",
        "+49\u00a0151\u202f1234\u20115678",
        "\u202a+49 151 12345678\u202c",
    ],
)
@pytest.mark.parametrize("numbers", [NUMBERS, within("FR")])
def test_every_usual_way_to_write_an_international_number_is_read(text: str, numbers: Numbers) -> None:
    if text.startswith(("+", "00", " ", "(", "'", "\u202a")) or numbers is NUMBERS:
        assert numbers.read(text) == 4915112345678


@pytest.mark.parametrize(
    ("region", "text", "digits"),
    [
        ("DE", "0151 12345678", 4915112345678),
        ("DE", "(0151) 123/456-78", 4915112345678),
        ("DE", "15112345678", 4915112345678),
        ("US", "(212) 555-1234", 12125551234),
        ("US", "1-212-555-1234", 12125551234),
        ("US", "011 49 151 12345678", 4915112345678),
        ("US", "0049 151 12345678", 4915112345678),
        ("GB", "020 7946 0018", 442079460018),
        ("GB", "07400 123456", 447400123456),
        ("IT", "06 1234 5678", 390612345678),
        ("ES", "612 34 56 78", 34612345678),
        ("RU", "8 912 345-67-89", 79123456789),
        ("AU", "0011 49 151 12345678", 4915112345678),
        ("BR", "(11) 96123-4567", 5511961234567),
        ("BR", "0 15 11 96123-4567", 5511961234567),
        ("AR", "011 15-2345-6789", 5491123456789),
    ],
)
def test_national_forms_are_read_by_the_campaigns_region(region: str, text: str, digits: int) -> None:
    assert within(region).read(text) == digits


@pytest.mark.parametrize("text", ["", " ", "\t  \t", "\u00a0"])
def test_a_blank_line_is_nothing(text: str) -> None:
    assert NUMBERS.read(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("123456", Refusal.TOO_SHORT),
        ("+1", Refusal.TOO_SHORT),
        ("+4912", Refusal.TOO_SHORT),
        ("+49 151", Refusal.TOO_SHORT),
        ("+1 212 555 123", Refusal.TOO_SHORT),
        ("+1 212 555 12345", Refusal.TOO_LONG),
        ("1234567890123456", Refusal.TOO_LONG),
        ("+7 9123456789012", Refusal.WRONG_LENGTH),
        ("+210 12345678", Refusal.UNKNOWN_COUNTRY_CODE),
        ("999123456789", Refusal.UNKNOWN_COUNTRY_CODE),
        ("+00123456", Refusal.LEADING_ZERO),
        ("0151123456", Refusal.LEADING_ZERO),
        ("0000491512345", Refusal.LEADING_ZERO),
        ("+1 555 CALL NOW", Refusal.LETTERS),
        ("phone", Refusal.LETTERS),
        ("4915112345678,Smith", Refusal.LETTERS),
        ("+49 151 12345678 x12", Refusal.LETTERS),
        ("4915112345678;", Refusal.BAD_CHARACTER),
        ("49+15112345678", Refusal.BAD_CHARACTER),
        ("++4915112345678", Refusal.BAD_CHARACTER),
        ("=4915112345678", Refusal.BAD_CHARACTER),
        ("٤٩١٥١١٢٣٤٥٦٧٨", Refusal.BAD_CHARACTER),
        ("--- ...", Refusal.NO_DIGITS),
        ("+", Refusal.NO_DIGITS),
        ("4.91512E+12", Refusal.ROUNDED),
        ("4,91512e+12", Refusal.ROUNDED),
        ("4915112345678.0", Refusal.ROUNDED),
        ("4\x009\x00", Refusal.NOT_TEXT),
        ("\udcff\udc93\x12", Refusal.NOT_TEXT),
        ("+49151\x1b[2J12345", Refusal.NOT_TEXT),
        ("1" * (LINE_MAX + 1), Refusal.LINE_TOO_LONG),
        (" " * (LINE_MAX + 1), Refusal.LINE_TOO_LONG),
    ],
)
def test_what_is_no_number_has_its_reason(text: str, expected: Refusal) -> None:
    assert reason(text) is expected


def test_a_wrong_length_says_what_would_be_right_in_that_country() -> None:
    assert "After +1 come 10 digits; here are 11" in detail("+1 212 555 12345")
    assert "After +370 come 8 digits; here are 7" in detail("+370 5550100")
    assert "After +49 come 5 to 13 digits; here are 4" in detail("+49 1512")
    assert "After +7 come 10 digits or 14" not in detail("+7 912345")
    assert "10" in detail("+7 912345")
    assert "+49" in detail("0151", within("DE"))


def test_a_national_number_without_a_region_says_how_to_set_one() -> None:
    assert "default_region" in detail("0151 12345678")


@pytest.mark.parametrize(
    ("prefixes", "text", "taken"),
    [
        (("49",), "+4915112345678", True),
        (("49",), "+43664123456", False),
        (("44", "49151"), "+4915112345678", True),
        (("44", "49151"), "+4916012345678", False),
        ((), "+4915112345678", False),
        (None, "+4915112345678", True),
    ],
)
def test_only_what_begins_with_an_allowed_prefix_is_taken(
    prefixes: tuple[str, ...] | None, text: str, taken: bool
) -> None:
    numbers = Numbers(PLAN, prefixes=prefixes)
    assert isinstance(numbers.read(text), int) is taken
    assert taken or reason(text, numbers) is Refusal.PREFIX_NOT_ALLOWED
    national = Numbers(PLAN, region=PLAN.regions["DE"], prefixes=prefixes)
    assert isinstance(national.read(text), int) is taken


@given(st.integers(10**9, 10**10 - 1))
def test_separators_change_nothing(number: int) -> None:
    text = f"49{number}"
    spaced = " ".join(text)
    expected = NUMBERS.read(f"+{text}")
    assert [NUMBERS.read(each) for each in (text, f"+{spaced}", f"00{spaced}")] == [expected] * 3


@given(st.text(max_size=64), st.sampled_from(["DE", "US", "AR", "JP", None]))
def test_whatever_comes_the_answer_is_a_number_a_reason_or_nothing(text: str, region: str | None) -> None:
    numbers = within(region) if region else NUMBERS
    read = numbers.read(text)
    if isinstance(read, int):
        assert 10**6 <= read < 10**15
    else:
        assert read is None or (isinstance(read, Refused) and read.detail.endswith("."))
