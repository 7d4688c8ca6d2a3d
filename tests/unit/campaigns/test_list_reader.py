"""Lists, cut into blocks anywhere."""

import pytest
from evendial_campaigns.core.list_reader import REJECTIONS_MAX, ListReader, Rejection
from evendial_campaigns.core.numbers import LINE_MAX, Refusal
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

MESSY = (
    b"\xef\xbb\xbf+4915100000001\r\n"
    b"\r\n"
    b"4915100000002\n"
    b"not a number\r"
    b" +49 151 0000-0003 \r\n"
    b"12\n"
    b"\x00\xff\n" + b"9" * (LINE_MAX + 500) + b"\n"
    b"004915100000004"
)
NUMBERS = [4915100000001, 4915100000002, 4915100000003, 4915100000004]
REJECTIONS = [
    Rejection(4, Refusal.LETTERS),
    Rejection(6, Refusal.TOO_SHORT),
    Rejection(7, Refusal.NOT_TEXT),
    Rejection(8, Refusal.LINE_TOO_LONG),
]


def read(blocks: list[bytes]) -> tuple[list[int], ListReader]:
    reader = ListReader()
    numbers = [number for block in blocks for number in reader.read(block)]
    return numbers + reader.end(), reader


@given(st.lists(st.integers(1, 200), max_size=60))
def test_where_a_list_is_cut_makes_no_difference(sizes: list[int]) -> None:
    blocks, rest = [], MESSY
    for size in sizes:
        blocks.append(rest[:size])
        rest = rest[size:]
    numbers, reader = read([*blocks, rest])
    assert numbers == NUMBERS
    assert reader.rejections == REJECTIONS
    assert (reader.rejected, reader.blank) == (4, 1)


def test_it_can_be_cut_between_any_two_bytes() -> None:
    numbers, reader = read([MESSY[at : at + 1] for at in range(len(MESSY))])
    assert (numbers, reader.rejections) == (NUMBERS, REJECTIONS)


@pytest.mark.parametrize(
    ("text", "numbers", "blank"),
    [
        (b"", 0, 0),
        (b"\n", 0, 1),
        (b"\r", 0, 1),
        (b"\r\n", 0, 1),
        (b"4915100000001", 1, 0),
        (b"4915100000001\r", 1, 0),
        (b"4915100000001\r\n", 1, 0),
        (b"4915100000001\n\n\n", 1, 2),
    ],
)
def test_the_last_line_break_begins_no_line(text: bytes, numbers: int, blank: int) -> None:
    found, reader = read([text])
    assert (len(found), reader.blank, reader.rejected) == (numbers, blank, 0)


def test_a_byte_order_mark_counts_at_the_start_only() -> None:
    found, reader = read([b"4915100000001\n\xef\xbb\xbf4915100000002\n"])
    assert (found, reader.rejections) == ([4915100000001], [Rejection(2, Refusal.NOT_TEXT)])


def test_a_line_without_end_is_one_refused_line_and_is_not_held() -> None:
    reader = ListReader()
    for _ in range(100):
        assert reader.read(b"1" * 30_000) == []
    assert len(reader._rest) < 2 * LINE_MAX
    assert reader.end() == []
    assert reader.rejections == [Rejection(1, Refusal.LINE_TOO_LONG)]


def test_rejections_are_counted_all_and_kept_up_to_a_thousand() -> None:
    _, reader = read([b"x\n" * 2500])
    assert (reader.rejected, len(reader.rejections)) == (2500, REJECTIONS_MAX)
    assert reader.rejections[-1].line == REJECTIONS_MAX
