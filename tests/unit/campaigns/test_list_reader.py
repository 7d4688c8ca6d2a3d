"""Lists with one number a line, cut into blocks anywhere."""

import pytest
from evendial_campaigns.core.batch import REFUSED_MAX, TEXT_MAX, Batch
from evendial_campaigns.core.csv_format import CsvOptions
from evendial_campaigns.core.csv_reader import CsvReader
from evendial_campaigns.core.list_reader import ListReader
from evendial_campaigns.core.numbers import LINE_MAX, Numbers, Refusal
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.numbering_plan import numbering_plan
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

NUMBERS = Numbers(numbering_plan())

MESSY = (
    b"\xef\xbb\xbf+4915100000001\r\n"
    b"\r\n"
    b"4915100000002\n"
    b"not a number\r"
    b" +49 151 0000-0003 \r\n"
    b"12\n"
    b"\x00\xff\n" + b"9" * (LINE_MAX + 500) + b"\n"
    b"+49 151\xc2\xa000000005\n"
    b"004915100000004"
)
TAKEN = [4915100000001, 4915100000002, 4915100000003, 4915100000005, 4915100000004]
REFUSALS = [
    (4, Refusal.LETTERS),
    (6, Refusal.TOO_SHORT),
    (7, Refusal.NOT_TEXT),
    (8, Refusal.LINE_TOO_LONG),
]


def read(blocks: list[bytes]) -> tuple[Batch, ListReader]:
    reader, whole = ListReader(NUMBERS), Batch()
    for block in blocks:
        for batch in reader.read(block):
            whole.add(batch)
    for batch in reader.end():
        whole.add(batch)
    return whole, reader


def refusals(batch: Batch) -> list[tuple[int, Refusal]]:
    return [(each.line, each.refused.reason) for each in batch.refused]


def pieces(text: bytes, sizes: list[int]) -> list[bytes]:
    blocks = []
    for size in sizes:
        blocks.append(text[:size])
        text = text[size:]
    return [*blocks, text]


@given(st.lists(st.integers(0, 200), max_size=60))
def test_where_a_list_is_cut_makes_no_difference(sizes: list[int]) -> None:
    batch, reader = read(pieces(MESSY, sizes))
    assert batch.numbers == TAKEN
    assert batch.lines == [1, 3, 5, 9, 10]
    assert refusals(batch) == REFUSALS
    assert (reader.tally.lines, reader.tally.refused, reader.tally.blank) == (10, 4, 1)
    assert reader.tally.refusals == {reason: 1 for _, reason in REFUSALS}


def test_it_can_be_cut_between_any_two_bytes() -> None:
    batch, _ = read([MESSY[at : at + 1] for at in range(len(MESSY))])
    assert (batch.numbers, refusals(batch)) == (TAKEN, REFUSALS)


@given(st.binary(max_size=300), st.lists(st.integers(0, 40), max_size=20))
def test_no_bytes_at_all_break_it_and_no_cut_changes_what_they_say(text: bytes, sizes: list[int]) -> None:
    def outcome(blocks: list[bytes]) -> object:
        try:
            batch, reader = read(blocks)
        except Rejected as refusal:
            return refusal.slug
        tally = reader.tally
        assert tally.lines == len(batch.numbers) + tally.blank + tally.refused
        return batch, tally.lines, tally.blank

    assert outcome(pieces(text, sizes)) == outcome([text])


@pytest.mark.parametrize(
    ("text", "numbers", "blank"),
    [
        (b"", 0, 0),
        (b"\n", 0, 1),
        (b"\r", 0, 1),
        (b"\r\n", 0, 1),
        (b"\xef\xbb\xbf", 0, 0),
        (b"4915100000001", 1, 0),
        (b"4915100000001\r", 1, 0),
        (b"4915100000001\r\n", 1, 0),
        (b"4915100000001\n\n\n", 1, 2),
    ],
)
def test_the_last_line_break_begins_no_line(text: bytes, numbers: int, blank: int) -> None:
    batch, reader = read([text])
    assert (len(batch.numbers), reader.tally.blank, reader.tally.refused) == (numbers, blank, 0)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("options", [None, CsvOptions()])
def test_utf16_is_refused_with_the_way_to_save_it(
    encoding: str, size: int, options: CsvOptions | None
) -> None:
    text = "+4915100000001\n+4915100000002\n".encode(encoding)
    reader = ListReader(NUMBERS) if options is None else CsvReader(NUMBERS, options)
    with pytest.raises(Rejected, match="UTF-8") as refused:
        for at in range(0, len(text), size):
            list(reader.read(text[at : at + size]))
        list(reader.end())
    assert refused.value.slug == "unreadable_list"


def test_a_spreadsheet_file_is_refused_with_the_way_to_save_it() -> None:
    with pytest.raises(Rejected, match="spreadsheet"):
        read([b"PK\x03\x04\x14\x00\x06\x00"])


def test_a_line_without_end_is_one_refused_line_and_is_not_held() -> None:
    reader = ListReader(NUMBERS)
    for _ in range(100):
        assert list(reader.read(b"1" * 30_000)) == []
    assert len(reader._lines._rest) < 2 * LINE_MAX
    [batch] = reader.end()
    assert refusals(batch) == [(1, Refusal.LINE_TOO_LONG)]
    assert len(batch.refused[0].text) == TEXT_MAX


def test_refused_lines_are_counted_all_and_kept_up_to_a_maximum() -> None:
    batch, reader = read([b"x\n" * (REFUSED_MAX + 500)])
    assert (reader.tally.refused, len(batch.refused)) == (REFUSED_MAX + 500, REFUSED_MAX)
    assert batch.refused[-1].line == REFUSED_MAX


def test_the_text_of_a_refused_line_holds_nothing_that_a_terminal_obeys() -> None:
    batch, _ = read([b"x\x1b[2J\x00\xff\x7f\xc2\x85y\n"])
    assert batch.refused[0].text == "x\ufffd[2J\ufffd\ufffd\ufffd\ufffdy"
