"""What was read of a list so far, on its way into the database."""

from collections import Counter

import msgspec

from evendial_campaigns.core.numbers import Refused

TEXT_MAX = 200
REFUSED_MAX = 100_000
"""So many refused lines of one list are kept; all are counted."""

_unprintable = {
    code: "\ufffd" for code in [*range(9), *range(11, 32), *range(127, 160), *range(0xD800, 0xE000)]
}


class RefusedLine(msgspec.Struct, frozen=True):
    """A line that was not taken; `line` counts from 1, `text` is the beginning of what stands there."""

    line: int
    refused: Refused
    text: str


class Batch(msgspec.Struct):
    """Entries that were taken, each with its line, and lines that were not.

    `references` and `variables` (JSON objects) are as long as `numbers`, or empty where the list has none.
    """

    numbers: list[int] = msgspec.field(default_factory=list)
    lines: list[int] = msgspec.field(default_factory=list)
    references: list[str | None] = msgspec.field(default_factory=list)
    variables: list[str | None] = msgspec.field(default_factory=list)
    refused: list[RefusedLine] = msgspec.field(default_factory=list)

    def add(self, more: "Batch") -> None:
        """Puts another one behind this one."""
        for name in self.__struct_fields__:
            getattr(self, name).extend(getattr(more, name))


class Tally:
    """Counts what a reader has seen."""

    def __init__(self) -> None:
        self.lines = 0
        self.blank = 0
        self.refused = 0
        self.refusals: Counter[str] = Counter()

    def refuse(self, batch: Batch, line: int, refused: Refused, text: str) -> None:
        """Counts a refused line, and keeps it while there are not too many."""
        self.refused += 1
        self.refusals[refused.reason] += 1
        if self.refused <= REFUSED_MAX:
            batch.refused.append(RefusedLine(line, refused, shown(text)))


def shown(text: str) -> str:
    """The beginning of a text, without what no database and no terminal should be given."""
    return text[:TEXT_MAX].translate(_unprintable)


def parts(lines: list[str], size: int) -> list[list[str]]:
    """The lines in parts that are soon read: other work is done in between."""
    return [lines[start : start + size] for start in range(0, len(lines), size)]
