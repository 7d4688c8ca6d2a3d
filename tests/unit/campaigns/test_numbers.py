"""Lines of a list."""

import pytest
from evendial_campaigns.core.numbers import LINE_MAX, Refusal, parse
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "line",
    [
        b"4915112345678",
        b"+4915112345678",
        b"004915112345678",
        b"  +49 151 1234 5678\t",
        b"+49-151-1234-5678",
        b"+49.151.1234.5678",
        b"(+49) 151 / 1234-5678",
        b"00 49 (151) 12345678",
    ],
)
def test_every_usual_way_to_write_a_number_is_read(line: bytes) -> None:
    assert parse(line) == 4915112345678


@pytest.mark.parametrize("line", [b"", b" ", b"\t  \t"])
def test_a_blank_line_is_nothing(line: bytes) -> None:
    assert parse(line) is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"123456", Refusal.TOO_SHORT),
        (b"+00123456", Refusal.LEADING_ZERO),
        (b"1234567890123456", Refusal.TOO_LONG),
        (b"0151123456", Refusal.LEADING_ZERO),
        (b"0000491512345", Refusal.LEADING_ZERO),
        (b"+1 555 CALL NOW", Refusal.LETTERS),
        (b"phone", Refusal.LETTERS),
        (b"4915112345678,Smith", Refusal.LETTERS),
        (b"4915112345678;", Refusal.BAD_CHARACTER),
        (b"49+15112345678", Refusal.BAD_CHARACTER),
        (b"++4915112345678", Refusal.BAD_CHARACTER),
        (b"--- ...", Refusal.NO_DIGITS),
        (b"+", Refusal.NO_DIGITS),
        (b"+44 (0)20 7946 0000", Refusal.NATIONAL_ZERO),
        ("4915112345678".encode("utf-16-le"), Refusal.NOT_TEXT),
        ("+49 151 1234\u20115678".encode(), Refusal.NOT_TEXT),
        ("٤٩١٥١١٢٣٤٥٦٧٨".encode(), Refusal.NOT_TEXT),
        (b"\x00\xff\x93\x12", Refusal.NOT_TEXT),
        (b"1" * (LINE_MAX + 1), Refusal.LINE_TOO_LONG),
        (b" " * (LINE_MAX + 1), Refusal.LINE_TOO_LONG),
    ],
)
def test_a_line_that_is_no_number_has_its_reason(line: bytes, reason: Refusal) -> None:
    assert parse(line) is reason


def test_every_reason_says_what_would_be_right() -> None:
    assert all(len(reason.detail) > 20 and reason.detail.endswith(".") for reason in Refusal)


@given(st.integers(10**6, 10**15 - 1).filter(lambda number: not str(number).startswith("0")))
def test_separators_change_nothing(number: int) -> None:
    spaced = " ".join(str(number))
    assert [parse(line.encode()) for line in (str(number), f"+{spaced}", f"00{spaced}")] == [number] * 3


@given(st.binary(max_size=64))
def test_whatever_comes_the_answer_is_a_number_a_reason_or_nothing(line: bytes) -> None:
    parsed = parse(line)
    if isinstance(parsed, int):
        assert 10**6 <= parsed < 10**15
    else:
        assert parsed is None or isinstance(parsed, Refusal)
