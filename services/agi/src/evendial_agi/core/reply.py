"""What Asterisk answers to AGI commands, line by line."""

import re
from enum import IntEnum

import msgspec

HANGUP_LINE = "HANGUP"
"""Sent out of turn once the channel is gone, as FastAGI's SIGHUP: never the answer to a command."""

_LINE = re.compile(r"(?P<code>[0-9]{3})(?:[ -](?P<rest>.*))?", re.DOTALL)
_RESULT = re.compile(r"result=(?P<result>-?[0-9]+)(?: (?P<data>.*))?", re.DOTALL)


class Code(IntEnum):
    """The status codes of AGI."""

    TRYING = 100
    OK = 200
    UNKNOWN_COMMAND = 510
    DEAD_CHANNEL = 511
    BAD_SYNTAX = 520


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one command; `result` is None unless the code is OK, `data` is what follows it."""

    code: int
    result: int | None = None
    data: str = ""

    @property
    def value(self) -> str | None:
        """What a variable holds: the data between its brackets."""
        whole = self.data.startswith("(") and self.data.endswith(")")
        return self.data[1:-1] if whole else None


class Garbled(Exception):
    """A line that is no AGI answer: whoever sent it is no Asterisk, or we are out of step with it."""


def parse(line: str) -> Reply:
    """Reads one line, without its line break. Raises Garbled."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise Garbled("not an AGI answer")
    code, rest = int(found["code"]), found["rest"] or ""
    if code != Code.OK:
        return Reply(code=code, data=rest)
    result = _RESULT.fullmatch(rest)
    if result is None:
        raise Garbled("code 200 without a result")
    return Reply(code=code, result=int(result["result"]), data=result["data"] or "")


def opens_block(line: str) -> bool:
    """Whether more lines of the same answer follow: `520-Invalid command syntax` and its usage text."""
    return line.startswith("520-")


def closes_block(line: str) -> bool:
    """Whether this is the last line of such a block."""
    return line.startswith("520 ")
