import csv
import io
from datetime import UTC, datetime

import pytest
from evendial_campaigns.core.csv_cells import FORMULA, lines
from evendial_campaigns.core.progress import NumberState


@pytest.mark.parametrize("trigger", FORMULA)
def test_no_text_is_taken_for_a_formula(trigger: str) -> None:
    text = f'{trigger}HYPERLINK("http://x";"y")'
    (row,) = csv.reader(io.StringIO(lines([[text]]).decode(), newline=""))
    assert row == [f"'{text}"]


@pytest.mark.parametrize(
    "text", ["plain", "a=b", "1+1", 'say "hi", you', "two\r\nlines", "Zoë 😀", "'quoted"]
)
def test_other_text_comes_back_as_it_was(text: str) -> None:
    (row,) = csv.reader(io.StringIO(lines([[text]]).decode(), newline=""))
    assert row == [text]


def test_numbers_times_states_and_nothing() -> None:
    at = datetime(2026, 5, 1, 9, tzinfo=UTC)
    assert lines([[7, None, at, NumberState.FAILED]]) == b"7,,2026-05-01T09:00:00Z,failed\r\n"


def test_no_rows_are_no_bytes() -> None:
    assert lines([]) == b""
