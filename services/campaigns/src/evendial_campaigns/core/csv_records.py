"""Lines put together to the records of a CSV file (RFC 4180): a quoted cell may hold line breaks."""

import csv
from collections.abc import Iterator

import msgspec

from evendial_campaigns.core.batch import TEXT_MAX
from evendial_campaigns.core.numbers import Refusal, Refused

RECORD_MAX = 64 * 1024
"""Characters; a quote that is not closed within so many is a mistake."""

SECOND_LOOKS = 100
"""So often the lines after an unclosed quote are read anew; after that they are refused with it."""

TOO_LONG = Refused(Refusal.LINE_TOO_LONG, f"The line is longer than {RECORD_MAX} bytes.")
UNCLOSED = Refused(
    Refusal.UNCLOSED_QUOTE, 'A cell opens with " and is not closed; write " inside of a cell as "".'
)
BAD_QUOTES = Refused(
    Refusal.BAD_QUOTES, 'After a closing " must come the delimiter; write " inside of a cell as "".'
)


class Record(msgspec.Struct, frozen=True):
    """The cells of a record, or why there are none; `line` is its first one, `text` how it begins."""

    line: int
    cells: list[str] | Refused
    text: str


class Records:
    """Gives records of lines counted from `first`; one that is begun at their end waits for more."""

    def __init__(self, delimiter: str, first: int = 1) -> None:
        self._delimiter = delimiter
        self._waiting: list[str] = []
        self._first = first
        self._taken = 0
        self._size = 0
        self._cut = False
        self._second_looks = SECOND_LOOKS

    def read(self, lines: list[str], *, last: bool = False) -> Iterator[Record]:
        """The records that end in these lines; with `last` all there are."""
        self._waiting += lines
        at = 0
        while at < len(self._waiting):
            if len(self._waiting[at]) > RECORD_MAX:
                yield self._record(at, 1, TOO_LONG)
                at += 1
                continue
            for record, used in self._run(at, last):
                yield record
                at += used
            if not last and not self._cut:
                break
        self._first += at
        del self._waiting[:at]

    def _run(self, at: int, last: bool) -> Iterator[tuple[Record, int]]:
        """Up to the first record that is no good; the one after it is read anew."""
        self._taken, self._cut = at, False
        reader = csv.reader(self._feed(at), delimiter=self._delimiter, strict=True)
        while True:
            start, self._size = self._taken, 0
            try:
                cells = next(reader, None)
            except csv.Error as error:
                if (refused := self._refusal(error, last)) is not None:
                    yield from self._given_up(start, refused)
                return
            if cells is None:
                return
            used = self._taken - start
            yield self._record(start, used, cells), used

    def _given_up(self, start: int, refused: Refused) -> Iterator[tuple[Record, int]]:
        lost = 1
        if refused is UNCLOSED:
            self._second_looks -= 1
            lost = 1 if self._second_looks >= 0 else self._taken - start
        for index in range(start, start + lost):
            yield self._record(index, 1, refused), 1

    def _feed(self, at: int) -> Iterator[str]:
        for index in range(at, len(self._waiting)):
            line = self._waiting[index]
            self._size += len(line) + 1
            if self._size > RECORD_MAX + 1:
                self._cut = True
                return
            self._taken = index + 1
            yield line + "\n"

    def _refusal(self, error: csv.Error, last: bool) -> Refused | None:
        """None when the rest of the record may still come."""
        if "unexpected end of data" not in str(error):
            self._cut = True
            return BAD_QUOTES
        return UNCLOSED if self._cut or last else None

    def _record(self, at: int, used: int, cells: list[str] | Refused) -> Record:
        text = self._waiting[at]
        if used > 1 and len(text) < TEXT_MAX:
            text = "\n".join(self._waiting[at : at + used])[:TEXT_MAX]
        return Record(self._first + at, cells, text)
