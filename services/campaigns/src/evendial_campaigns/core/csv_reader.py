"""A list with a column for the number, perhaps one for its reference, and others that are kept beside it."""

import re
from collections.abc import Iterator

import msgspec

from evendial_campaigns.core.batch import Batch, Tally, parts
from evendial_campaigns.core.csv_format import CsvFormat, CsvOptions, find_format, stated_delimiter
from evendial_campaigns.core.csv_records import RECORD_MAX, Record, Records
from evendial_campaigns.core.lines import Lines, unreadable
from evendial_campaigns.core.numbering import DIGITS_MAX
from evendial_campaigns.core.numbers import (
    DIGITS_MIN,
    NO_DIGITS,
    NOT_TEXT,
    POLICY,
    Numbers,
    Refusal,
    Refused,
    is_unreadable,
)

SAMPLE = 32 * 1024
"""Characters that the format is found out from."""
PART = 250
"""Lines read at one go."""
VALUE_MAX = 1000
REFERENCE_MAX = 64

BAD_REFERENCE = Refused(
    Refusal.BAD_REFERENCE, f"The reference must be 1 to {REFERENCE_MAX} printable characters."
)
REFERENCE_IS_A_NUMBER = Refused(
    Refusal.REFERENCE_IS_A_NUMBER,
    "The reference looks like a phone number or holds one, and references are passed on; use an id of yours.",
)
TOO_MANY_CELLS = Refused(Refusal.TOO_MANY_CELLS, "The line has more cells than the file has columns.")
BAD_VALUE = Refused(
    Refusal.BAD_VALUE, "A cell holds control characters; text, tabs and line breaks are taken."
)
VALUE_TOO_LONG = Refused(Refusal.VALUE_TOO_LONG, f"A cell is longer than {VALUE_MAX} characters.")

_digits = re.compile(r"\d+").fullmatch
_separators = re.compile(r"[\W_]")


class CsvReader:
    """Gives the entries of each block; `tally` counts the lines, `format` says what was taken as what."""

    def __init__(self, numbers: Numbers, options: CsvOptions) -> None:
        self.tally = Tally()
        self.format: CsvFormat | None = None
        self._numbers = numbers
        self._options = options
        self._lines = Lines(RECORD_MAX)
        self._sample: list[str] | None = []
        self._sampled = 0
        self._records = Records(",")
        self._variables: tuple[tuple[int, str], ...] = ()
        self._header_passed = False

    def read(self, block: bytes) -> Iterator[Batch]:
        """What stands in the records that end in this block, part by part; raises `Rejected`."""
        if lines := self._lines.read(block):
            yield from self._read(lines)

    def end(self) -> Iterator[Batch]:
        """What is left when the file ends."""
        yield from self._read(self._lines.end())
        if self._sample is not None:
            yield from self._open(self._sample, whole=True)
        yield self._batch([], last=True)

    def _read(self, lines: list[str]) -> Iterator[Batch]:
        if self._sample is None:
            yield from map(self._batch, parts(lines, PART))
            return
        for at, line in enumerate(lines, 1):
            if self._states_delimiter(line):
                self.tally.lines += 1
                continue
            if not self._sample and not line.strip():
                self.tally.lines += 1
                self.tally.blank += 1
                continue
            self._sample.append(line)
            self._sampled += len(line) + 1
            if self._sampled >= SAMPLE:
                yield from self._open(self._sample)
                yield from self._read(lines[at:])
                return

    def _states_delimiter(self, line: str) -> bool:
        """Whether this is a first line that does; what the sender said goes before it."""
        if self._sample or self.tally.lines or (stated := stated_delimiter(line)) is None:
            return False
        self._options = msgspec.structs.replace(self._options, delimiter=self._options.delimiter or stated)
        return True

    def _open(self, sample: list[str], whole: bool = False) -> Iterator[Batch]:
        self._sample = None
        self.format = find_format(sample, self._options, self._is_number)
        if self.format:
            self._variables = self.format.variables
        elif not whole:
            raise unreadable("The list does not begin with lines of CSV.")
        delimiter = self.format.delimiter if self.format else ","
        self._records = Records(delimiter, first=self.tally.lines + 1)
        yield from self._read(sample)

    def _is_number(self, cell: str) -> bool:
        number = self._numbers.read(cell)
        return isinstance(number, int) or (number is not None and number.reason in POLICY)

    def _batch(self, lines: list[str], last: bool = False) -> Batch:
        batch = Batch()
        self.tally.lines += len(lines)
        for record in self._records.read(lines, last=last):
            self._take(record, batch)
        return batch

    def _take(self, record: Record, batch: Batch) -> None:
        entry = self._entry(record)
        if isinstance(entry, Refused):
            self.tally.refuse(batch, record.line, entry, record.text)
        elif entry is not None:
            number, reference, variables = entry
            batch.numbers.append(number)
            batch.lines.append(record.line)
            batch.references.append(reference)
            batch.variables.append(variables)

    def _entry(self, record: Record) -> tuple[int, str | None, str | None] | Refused | None:
        cells, form = record.cells, self.format
        if isinstance(cells, Refused):
            return cells
        if form is None or not any(map(str.strip, cells)):
            self.tally.blank += 1
            return None
        if not self._header_passed and self._is_header(form):
            return None
        if len(cells) > len(form.columns) and any(map(str.strip, cells[len(form.columns) :])):
            return TOO_MANY_CELLS
        number = self._numbers.read(cells[form.number]) if form.number < len(cells) else None
        if not isinstance(number, int):
            return number or NO_DIGITS
        reference = _reference(cells, form.reference)
        if isinstance(reference, str) and self._numbers.stand_in(number, reference):
            return REFERENCE_IS_A_NUMBER
        variables = self._variables_of(cells)
        if isinstance(reference, Refused):
            return reference
        return variables if isinstance(variables, Refused) else (number, reference, variables)

    def _is_header(self, form: CsvFormat) -> bool:
        """The first record that is not blank, where there is a header."""
        self._header_passed = True
        return form.header

    def _variables_of(self, cells: list[str]) -> str | Refused | None:
        kept = {}
        for at, name in self._variables:
            if at >= len(cells):
                break
            if not (value := cells[at].strip()):
                continue
            if len(value) > VALUE_MAX:
                return VALUE_TOO_LONG
            if not value.isprintable() and (refused := _unreadable(value)):
                return refused
            kept[name] = value
        return msgspec.json.encode(kept).decode() if kept else None


def _unreadable(value: str) -> Refused | None:
    if not is_unreadable(value):
        return None
    return BAD_VALUE if value.isascii() else NOT_TEXT


def _reference(cells: list[str], at: int | None) -> str | Refused | None:
    if at is None or at >= len(cells) or not (reference := cells[at].strip()):
        return None
    if len(reference) > REFERENCE_MAX or not reference.isprintable():
        return BAD_REFERENCE
    digits = _digits(_separators.sub("", reference))
    return REFERENCE_IS_A_NUMBER if digits and DIGITS_MIN <= len(digits[0]) <= DIGITS_MAX else reference
