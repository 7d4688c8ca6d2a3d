"""A text cut into lines, block by block: however long a line, only a little of it is held."""

from evendial_campaigns.core.rejected import Rejected

BOM = b"\xef\xbb\xbf"
_HEAD = 4
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_ZIP = b"PK\x03\x04"


def unreadable(why: str) -> Rejected:
    """A list that cannot be read at all; `why` says how to save it."""
    return Rejected("unreadable_list", why)


class Lines:
    """Lines end with LF, CRLF or CR; a byte order mark at the start is passed over.

    What is not UTF-8 comes out as lone surrogates. Of a line longer than `most` bytes the first `most` + 1
    come out. Raises `Rejected` for what is no list of lines: UTF-16, a spreadsheet file.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._head: bytes | None = b""
        self._rest = b""
        self._ends_with_cr = False

    def read(self, block: bytes) -> list[str]:
        """The lines that end in this block."""
        if self._head is not None:
            block = self._head + block
            if len(block) < _HEAD:
                self._head = block
                return []
            block = self._opened(block)
        *lines, rest = (self._rest + self._with_line_feeds(block)).split(b"\n")
        self._rest = rest[: self._most + 4]
        return self._decoded(lines)

    def end(self) -> list[str]:
        """The last line, when no line break ends it."""
        lines = self.read(self._opened(self._head)) if self._head else []
        if not self._rest and not self._ends_with_cr:
            return lines
        last, self._rest, self._ends_with_cr = self._rest, b"", False
        return lines + self._decoded([last])

    def _opened(self, head: bytes) -> bytes:
        self._head = None
        if head.startswith(_UTF16) or (len(head) >= _HEAD and head[:_HEAD].count(0) >= _HEAD // 2):
            raise unreadable("The list is UTF-16 text; save it as UTF-8 (in a spreadsheet: CSV UTF-8).")
        if head.startswith(_ZIP):
            raise unreadable("This is a spreadsheet file; save its sheet as CSV (UTF-8) and send that.")
        return head.removeprefix(BOM)

    def _with_line_feeds(self, block: bytes) -> bytes:
        if self._ends_with_cr:
            block = b"\r" + block
        self._ends_with_cr = block.endswith(b"\r")
        if self._ends_with_cr:
            block = block[:-1]
        return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block

    def _decoded(self, lines: list[bytes]) -> list[str]:
        if not lines:
            return []
        whole = b"\n".join(line if len(line) <= self._most else line[: self._most + 1] for line in lines)
        return whole.decode("utf-8", "surrogateescape").split("\n")
