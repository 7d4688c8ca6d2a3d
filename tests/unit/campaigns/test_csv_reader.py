"""CSV lists of every kind, cut into blocks anywhere."""

import csv
import io
import json
from typing import Any

import pytest
from evendial_campaigns.core.batch import Batch
from evendial_campaigns.core.csv_format import NAME_MAX, VARIABLES_MAX, CsvOptions
from evendial_campaigns.core.csv_reader import VALUE_MAX, CsvReader
from evendial_campaigns.core.csv_records import RECORD_MAX, SECOND_LOOKS
from evendial_campaigns.core.numbers import Numbers, Refusal
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.numbering_plan import numbering_plan
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

PLAN = numbering_plan()
NUMBERS = Numbers(PLAN)

LIST = (
    "\ufeffname;reference;Phone number;note\r\n"
    "Ann;c-1;+49 151 00000001;hello\r\n"
    '"Müller; Bernd";c-2;004915100000002;"two\r\nlines, and a ""quote"""\r\n'
    ";;;\r\n"
    "Carl;;nonsense;\r\n"
    "Dora;;+4915100000004\r\n"
    "Emil;c-5;+4915100000005;;;\r\n"
    "Fay;c-6;+4915100000006;;extra\r\n"
).encode()


def read(text: bytes | str, sizes: list[int] | None = None, **options: Any) -> tuple[Batch, CsvReader]:
    rest = text.encode() if isinstance(text, str) else text
    reader, whole = CsvReader(NUMBERS, CsvOptions(**options)), Batch()
    for size in sizes or []:
        for batch in reader.read(rest[:size]):
            whole.add(batch)
        rest = rest[size:]
    for batch in reader.read(rest):
        whole.add(batch)
    for batch in reader.end():
        whole.add(batch)
    return whole, reader


def refusals(batch: Batch) -> list[tuple[int, Refusal]]:
    return [(each.line, each.refused.reason) for each in batch.refused]


def variables(batch: Batch) -> list[Any]:
    return [each and json.loads(each) for each in batch.variables]


def check_list(batch: Batch, reader: CsvReader) -> None:
    assert batch.numbers == [4915100000001, 4915100000002, 4915100000004, 4915100000005]
    assert batch.lines == [2, 3, 7, 8]
    assert batch.references == ["c-1", "c-2", None, "c-5"]
    assert variables(batch) == [
        {"name": "Ann", "note": "hello"},
        {"name": "Müller; Bernd", "note": 'two\nlines, and a "quote"'},
        {"name": "Dora"},
        {"name": "Emil"},
    ]
    assert refusals(batch) == [(6, Refusal.LETTERS), (9, Refusal.TOO_MANY_CELLS)]
    assert (reader.tally.lines, reader.tally.blank) == (9, 1)
    assert reader.format
    assert (reader.format.delimiter, reader.format.header) == (";", True)
    assert (reader.format.number, reader.format.reference) == (2, 1)


def test_columns_delimiter_and_header_are_found_out() -> None:
    batch, reader = read(LIST)
    check_list(batch, reader)
    assert reader.format
    assert reader.format.columns == ("name", "reference", "Phone number", "note")
    assert set(reader.format.detected) == {"delimiter", "header", "number_column", "reference_column"}


@given(st.lists(st.integers(0, 120), max_size=40))
def test_where_a_list_is_cut_makes_no_difference(sizes: list[int]) -> None:
    check_list(*read(LIST, sizes))


def test_it_can_be_cut_between_any_two_bytes() -> None:
    check_list(*read(LIST, [1] * len(LIST)))


def test_a_long_list_in_small_blocks_gives_what_it_gives_whole() -> None:
    rows = [f'"row, {n}",+49151{n:08d},"a\nb{n}"' for n in range(3000)]
    text = "name,phone,note\n" + "\n".join(rows)
    whole, _ = read(text)
    cut, _ = read(text, [777] * (len(text) // 777))
    assert whole == cut
    assert len(whole.numbers) == 3000
    assert whole.lines[-1] == 2 + 2999 * 2


hostile = st.lists(
    st.sampled_from([*'",;\t|\n\r a1+-=\x00\x1bü\u2028\udc80', "+4915100000001", '""', "phone"]), max_size=80
).map("".join)


@given(hostile, st.lists(st.integers(0, 30), max_size=12))
def test_no_text_breaks_it_and_no_cut_changes_what_it_says(text: str, sizes: list[int]) -> None:
    data = text.encode("utf-8", "surrogatepass")

    def outcome(cuts: list[int]) -> object:
        try:
            batch, reader = read(data, cuts)
        except Rejected as refusal:
            return refusal.slug, refusal.detail
        return batch, reader.tally.lines, reader.tally.blank, reader.tally.refused, reader.format

    assert outcome(sizes) == outcome([])


@given(st.binary(max_size=200), st.lists(st.integers(0, 30), max_size=12))
def test_no_bytes_break_it(data: bytes, sizes: list[int]) -> None:
    try:
        batch, reader = read(data, sizes)
    except Rejected:
        return
    assert len(batch.numbers) == len(batch.lines) == len(batch.references) == len(batch.variables)
    assert reader.tally.refused == len(batch.refused)


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=20), st.sampled_from(",;\t|"))
def test_what_another_program_writes_is_read_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["phone", "a", "b"])
    writer.writerows((f"+49151{n:08d}", a, b) for n, (a, b) in enumerate(rows))
    batch, _ = read(out.getvalue(), delimiter=delimiter, header=True, number_column="phone")
    assert batch.numbers == [4915100000000 + n for n in range(len(rows))]
    kept = [{name: text.strip() for name, text in zip("ab", row, strict=True)} for row in rows]
    assert [each or {} for each in variables(batch)] == [
        {name: text for name, text in row.items() if text} for row in kept
    ]


@pytest.mark.parametrize(
    ("text", "delimiter", "header", "number"),
    [
        ("phone\n+4915100000001\n", ",", True, 0),
        ("+4915100000001\n+4915100000002\n", ",", False, 0),
        ("Smith, J|+4915100000001\nJones, K|+4915100000002\n", "|", False, 1),
        ("a\tb\n+4915100000001\tx\n", "\t", True, 0),
        ("id,phone\n4915100000001,+4915100000002\n", ",", True, 1),
        ("order,amount,tel\n17,3.50,+4915100000002\n18,2,nothing\n", ",", True, 2),
        ("id;Telefon\n1;+49 151 1234567\n", ";", True, 1),
        ("phone,name\n", ",", True, 0),
        ("+4915100000001,5\n+4915100000002,6\n", ",", False, 0),
        ("name,mobile,phone\nA,,+4915100000001\n", ",", True, 2),
        ("+881612345678,x\n", ",", False, 0),
    ],
)
def test_what_is_taken_as_what(text: str, delimiter: str, header: bool, number: int) -> None:
    _, reader = read(text)
    found = reader.format
    assert found
    assert (found.delimiter, found.header, found.number) == (delimiter, header, number)


@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "\ufeffsep=;", "sep=; "])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_first_line_may_state_the_delimiter(first: str, size: int) -> None:
    data = f"{first}\r\nphone;a,b\r\n+4915100000001;x\r\nnonsense;y\r\n".encode()
    batch, reader = read(data, [size] * (len(data) // size))
    assert (batch.numbers, batch.lines, variables(batch)) == ([4915100000001], [3], [{"a,b": "x"}])
    assert refusals(batch) == [(4, Refusal.LETTERS)]
    assert (reader.tally.lines, reader.tally.blank) == (4, 0)
    assert reader.format
    assert (reader.format.delimiter, reader.format.columns) == (";", ("phone", "a,b"))
    assert reader.format.detected == ("header", "number_column")


@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_each_delimiter_may_be_stated(delimiter: str) -> None:
    text = f"sep={delimiter}\nphone{delimiter}a;b;c\n+4915100000001{delimiter}1;2;3\n"
    batch, reader = read(text)
    assert reader.format
    assert (reader.format.delimiter, variables(batch)) == (delimiter, [{"a;b;c": "1;2;3"}])


@pytest.mark.parametrize("stated", [",", ":"])
def test_what_the_sender_says_goes_before_what_the_file_states(stated: str) -> None:
    batch, reader = read(f"sep={stated}\nphone;a\n+4915100000001;x\n", delimiter=";")
    assert (batch.lines, variables(batch)) == ([3], [{"a": "x"}])
    assert reader.format
    assert "delimiter" not in reader.format.detected


def test_a_delimiter_that_is_stated_must_be_one_that_is_taken() -> None:
    with pytest.raises(Rejected) as refused:
        read("sep=:\nphone:a\n+4915100000001:x\n")
    assert refused.value.slug == "unreadable_list"
    assert "comma, semicolon, tab, pipe" in refused.value.detail


def test_only_the_first_line_states_a_delimiter() -> None:
    batch, reader = read("\nsep=;\n+4915100000001\n", number_column="1")
    assert (batch.lines, reader.tally.lines) == ([3], 3)
    assert reader.format
    assert reader.format.columns[0].startswith("sep=")
    batch, reader = read("sep=,\nsep=,x\n+4915100000001,y\n", number_column="1", header=True)
    assert reader.format
    assert reader.format.columns == ("sep=", "x")
    batch, reader = read("sep=;\n")
    assert (batch, reader.tally.lines, reader.format) == (Batch(), 1, None)


def test_only_what_was_found_is_called_detected() -> None:
    _, reader = read("phone,a\n+4915100000001,x\n")
    assert reader.format
    assert reader.format.detected == ("delimiter", "header", "number_column")


def test_what_the_sender_says_is_taken() -> None:
    text = "4915100000001;4915100000002;x\n"
    for asked in ("2", "column_2"):
        batch, reader = read(text, number_column=asked, header=False, delimiter=";", reference_column="3")
        assert (batch.numbers, batch.references) == ([4915100000002], ["x"])
        assert reader.format
        assert reader.format.detected == ()
    batch, _ = read("a,b\n4915100000001,4915100000002\n", header=True, number_column="b")
    assert batch.numbers == [4915100000002]
    batch, _ = read("2,1\n4915100000001,4915100000002\n", header=True, number_column="2")
    assert batch.numbers == [4915100000001], "a name wins over a position"


@pytest.mark.parametrize(
    ("text", "options", "field"),
    [
        ("a,b\nc,d\n", {}, "number_column"),
        ("a,b\n+4915100000001,d\n", {"number_column": "phone"}, "number_column"),
        ("a,b\n+4915100000001,d\n", {"number_column": "0"}, "number_column"),
        ("a,b\n+4915100000001,d\n", {"number_column": "3"}, "number_column"),
        ("a,b\n+4915100000001,d\n", {"number_column": "9" * 5000}, "number_column"),
        ("a,b\n+4915100000001,d\n", {"number_column": "²"}, "number_column"),
        ("a,b\n+4915100000001,d\n", {"reference_column": "x"}, "reference_column"),
        ("a,b\n+4915100000001,d\n", {"number_column": "a", "reference_column": "1"}, "reference_column"),
    ],
)
def test_a_column_that_cannot_be_is_refused_with_those_there_are(
    text: str, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(Rejected) as refused:
        read(text, **options)
    assert (refused.value.slug, refused.value.field) == ("invalid_field", field)


@pytest.mark.parametrize("text", ["", "\n\n\r\n", "\ufeff", " \n,,\n"])
def test_an_empty_list_is_no_mistake(text: str) -> None:
    batch, reader = read(text)
    assert (batch, reader.tally.refused) == (Batch(), 0)


def test_a_list_may_begin_with_many_blank_lines() -> None:
    batch, reader = read("\n" * 100_000 + "phone,a\n+4915100000001,x\n")
    assert (batch.numbers, batch.lines) == ([4915100000001], [100_002])
    assert (reader.tally.lines, reader.tally.blank) == (100_002, 100_000)


def test_a_list_that_begins_with_nothing_but_delimiters_is_refused() -> None:
    with pytest.raises(Rejected, match="CSV"):
        read(",,\n" * 50_000 + "+4915100000001,,\n")


def test_two_hundred_columns_are_too_many() -> None:
    header = ",".join(f"c{n}" for n in range(199))
    with pytest.raises(Rejected, match=f"200 columns; {VARIABLES_MAX}"):
        read(f"phone,{header}\n+4915100000001\n")
    batch, _ = read(f"phone,{','.join(f'c{n}' for n in range(VARIABLES_MAX))}\n+4915100000001\n")
    assert batch.numbers == [4915100000001]


@pytest.mark.parametrize("name", ["x" * (NAME_MAX + 1), "a\x00b", "a\x1bb"])
def test_a_column_has_a_name_that_can_be_shown(name: str) -> None:
    with pytest.raises(Rejected, match="column 2"):
        read(f"phone,{name}\n+4915100000001,x\n")


def test_columns_of_the_same_name_and_of_none_are_told_apart() -> None:
    batch, _ = read("phone,a,a,\n+4915100000001,1,2,3\n")
    assert variables(batch) == [{"a": "1", "a_3": "2", "column_4": "3"}]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("c-1", "c-1"),
        ("  c-1 ", "c-1"),
        ("", None),
        ("123456", "123456"),
        ("1234567890123456", "1234567890123456"),
        ("x" * 64, "x" * 64),
        ("ü-1234567", "ü-1234567"),
        ("order 2026-11-23 no. 0042", "order 2026-11-23 no. 0042"),
        ("A+B 123456", "A+B 123456"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_reference_is_kept_as_it_is(reference: str, expected: str | None) -> None:
    batch, _ = read(f"phone,reference\n+4915100000001,{reference}\n", delimiter=",")
    assert batch.references == [expected]


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("+4915100000001", Refusal.REFERENCE_IS_A_NUMBER),
        ("1234567", Refusal.REFERENCE_IS_A_NUMBER),
        ("49/151-000 (00.01)_", Refusal.REFERENCE_IS_A_NUMBER),
        ("١٢٣٤٥٦٧٨", Refusal.REFERENCE_IS_A_NUMBER),
        ("tel:4915100000001", Refusal.REFERENCE_IS_A_NUMBER),
        ("customer 0151/0000 0001 x", Refusal.REFERENCE_IS_A_NUMBER),
        (
            "c\u0664\u0669\u0661\u0665\u0661\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0661",
            Refusal.REFERENCE_IS_A_NUMBER,
        ),
        ("Ann (+44 20 7946-0018)", Refusal.REFERENCE_IS_A_NUMBER),
        ("x" * 65, Refusal.BAD_REFERENCE),
        ("a\x00b", Refusal.BAD_REFERENCE),
        ("a\tb", Refusal.BAD_REFERENCE),
    ],
)
def test_a_reference_that_is_none_refuses_its_line(reference: str, reason: Refusal) -> None:
    batch, _ = read(f"phone,reference\n+4915100000001,{reference}\n+4915100000002,ok\n", delimiter=",")
    assert refusals(batch) == [(2, reason)]
    assert batch.references == ["ok"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"x" * (VALUE_MAX + 1), Refusal.VALUE_TOO_LONG),
        (b"a\x00b", Refusal.BAD_VALUE),
        (b"a\x1bb", Refusal.BAD_VALUE),
        (b"M\xfcller", Refusal.NOT_TEXT),
        (b"\xed\xa0\x80", Refusal.NOT_TEXT),
    ],
)
def test_a_value_that_cannot_be_kept_refuses_its_line(value: bytes, reason: Refusal) -> None:
    batch, _ = read(b"phone,note\n+4915100000001," + value + b"\n+4915100000002,\xf0\x9f\x98\x80\n")
    assert refusals(batch) == [(2, reason)]
    assert variables(batch) == [{"note": "😀"}]


def test_a_cell_that_is_a_formula_is_text() -> None:
    batch, _ = read('phone,note\n+4915100000001,"=HYPERLINK(""http://x"")"\n')
    assert variables(batch) == [{"note": '=HYPERLINK("http://x")'}]


def test_a_quote_that_is_not_closed_costs_its_line_only() -> None:
    rows = "".join(f"+49151{n:08d},fine\n" for n in range(20_000))
    batch, _ = read(f'phone,note\n+4915199999999,"open\n{rows}')
    assert refusals(batch) == [(2, Refusal.UNCLOSED_QUOTE)]
    assert len(batch.numbers) == 20_000
    assert batch.lines[0] == 3


def test_a_quote_that_is_not_closed_is_not_waited_for() -> None:
    _, reader = read("phone,note\n+4915199999999,x\n")
    reader = CsvReader(NUMBERS, CsvOptions())
    list(reader.read(b'phone,note\n+4915199999999,"open\n'))
    for _ in range(200):
        list(reader.read(b"x" * 1000 + b"\n"))
    assert sum(map(len, reader._records._waiting)) < 2 * RECORD_MAX


def test_a_list_of_quotes_that_open_again_and_again_is_read_in_good_time() -> None:
    """Each line opens a quote when it is read for itself, and closes none when it is not."""
    lines = 60_000
    batch, reader = read("phone,note,more\n+4915100000001,a,b\n" + 'x",",\n' * lines)
    assert reader.tally.refused > lines - RECORD_MAX // 7 - SECOND_LOOKS
    assert batch.numbers == [4915100000001]


def test_text_after_a_closing_quote_refuses_the_line() -> None:
    batch, _ = read('phone,note\n+4915100000001,"a"b\n+4915100000002,5" pipe\n')
    assert refusals(batch) == [(2, Refusal.BAD_QUOTES)]
    assert variables(batch) == [{"note": '5" pipe'}]


def test_a_line_of_ten_megabytes_is_one_refused_line_and_is_not_held() -> None:
    reader = CsvReader(NUMBERS, CsvOptions(number_column="1"))
    list(reader.read(b"phone,note\n+4915100000001,"))
    for _ in range(100):
        list(reader.read(b"x" * 100_000))
    assert len(reader._lines._rest) < 2 * RECORD_MAX
    whole = Batch()
    for batch in [*reader.read(b"\n+4915100000002,y\n"), *reader.end()]:
        whole.add(batch)
    assert refusals(whole) == [(2, Refusal.LINE_TOO_LONG)]
    assert whole.numbers == [4915100000002]


def test_national_numbers_are_found_in_their_column() -> None:
    numbers = Numbers(PLAN, region=PLAN.regions["DE"])
    reader = CsvReader(numbers, CsvOptions())
    batches = [*reader.read(b"kunde,telefon\nA,0151 12345678\n"), *reader.end()]
    assert [number for batch in batches for number in batch.numbers] == [4915112345678]
