"""A list with one number a line."""

from collections.abc import Iterator

from evendial_campaigns.core.batch import Batch, Tally, parts
from evendial_campaigns.core.lines import Lines
from evendial_campaigns.core.numbers import LINE_MAX, Numbers

PART = 500
"""Lines read at one go."""


class ListReader:
    """Gives the numbers of each block; `tally` counts the lines."""

    def __init__(self, numbers: Numbers) -> None:
        self.tally = Tally()
        self._numbers = numbers
        self._lines = Lines(LINE_MAX)

    def read(self, block: bytes) -> Iterator[Batch]:
        """What stands on the lines that end in this block, part by part."""
        for lines in parts(self._lines.read(block), PART):
            yield self._batch(lines)

    def end(self) -> Iterator[Batch]:
        """What stands on a last line without a line break."""
        if lines := self._lines.end():
            yield self._batch(lines)

    def _batch(self, lines: list[str]) -> Batch:
        batch, read, tally = Batch(), self._numbers.read, self.tally
        for line, text in enumerate(lines, tally.lines + 1):
            number = read(text)
            if isinstance(number, int):
                batch.numbers.append(number)
                batch.lines.append(line)
            elif number is None:
                tally.blank += 1
            else:
                tally.refuse(batch, line, number, text)
        tally.lines += len(lines)
        return batch
