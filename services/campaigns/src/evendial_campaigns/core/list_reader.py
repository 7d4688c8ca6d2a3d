"""A list of numbers, read block by block: however long its lines, only a little of it is held."""

import msgspec

from evendial_campaigns.core.numbers import LINE_MAX, Refusal, parse

REJECTIONS_MAX = 1000
BOM = b"\xef\xbb\xbf"


class Rejection(msgspec.Struct, frozen=True):
    """A line that was refused; `line` counts from 1."""

    line: int
    reason: Refusal


class ListReader:
    """Gives the numbers of each block and counts the rest.

    Lines end with LF, CRLF or CR; a byte order mark at the start is passed over. `rejections` holds the first
    1,000 of the `rejected` lines.
    """

    def __init__(self) -> None:
        self.rejected = 0
        self.blank = 0
        self.rejections: list[Rejection] = []
        self._lines = 0
        self._rest = b""
        self._ends_with_cr = False

    def read(self, block: bytes) -> list[int]:
        """The numbers on the lines that end in this block."""
        *lines, rest = (self._rest + self._with_line_feeds(block)).split(b"\n")
        self._rest = rest[: LINE_MAX + 1 + len(BOM)]
        return self._parsed(lines)

    def end(self) -> list[int]:
        """The number on a last line without a line break."""
        last = [self._rest] if self._rest or self._ends_with_cr else []
        self._rest = b""
        self._ends_with_cr = False
        return self._parsed(last)

    def _with_line_feeds(self, block: bytes) -> bytes:
        if self._ends_with_cr:
            block = b"\r" + block
        self._ends_with_cr = block.endswith(b"\r")
        if self._ends_with_cr:
            block = block[:-1]
        return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block

    def _parsed(self, lines: list[bytes]) -> list[int]:
        if not self._lines and lines:
            lines[0] = lines[0].removeprefix(BOM)
        numbers = []
        for number, line in enumerate(lines, self._lines + 1):
            parsed = parse(line)
            if isinstance(parsed, int):
                numbers.append(parsed)
            elif parsed is None:
                self.blank += 1
            else:
                self._refuse(number, parsed)
        self._lines += len(lines)
        return numbers

    def _refuse(self, line: int, reason: Refusal) -> None:
        self.rejected += 1
        if len(self.rejections) < REJECTIONS_MAX:
            self.rejections.append(Rejection(line, reason))
