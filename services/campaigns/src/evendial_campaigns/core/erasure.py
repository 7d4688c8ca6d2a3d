"""What tells of a person, and what is left of it without them."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from evendial_contracts.numbers import ListedNumber, NumbersChunk

TRUNK = "(0|06|8|1)?"
"""What countries have before national numbers (ITU-T E.164, operational bulletin on dialling procedures)."""


class Place(StrEnum):
    """Where a number can stand."""

    NUMBERS = "numbers"
    ROW_VARIABLES = "row_variables"
    REFUSED_LINES = "refused_lines"
    STORED_ANSWERS = "stored_answers"
    CHUNKS = "chunks"
    DIAL_COMMANDS = "dial_commands"
    DEAD_LETTERS = "dead_letters"


class Erasing(msgspec.Struct, frozen=True, kw_only=True):
    """A number that is being erased: everywhere, or in what is one owner's.

    `national` are its digits without the country code, as they may stand in a text.
    """

    erasure_id: UUID
    owner_id: UUID | None
    created_by: UUID
    e164: int
    created_at: datetime
    national: str = ""

    @property
    def digits(self) -> str:
        """E.164 without the plus sign."""
        return str(self.e164)

    @property
    def written(self) -> str:
        """A regular expression for the digits of a text that is this number in whatever form."""
        if not self.national:
            return f"^(00)?{self.digits}$"
        code = self.digits.removesuffix(self.national)
        return f"^(00)?({code})?{TRUNK}{self.national}$"

    def stands_in(self, message: bytes) -> bool:
        """Whether a message holds it, and not merely a longer number, and is about this owner."""
        digits = self.digits.encode()
        mine = self.owner_id is None or str(self.owner_id).encode() in message
        return mine and digits in message and _alone(digits, message)


def _alone(digits: bytes, message: bytes) -> bool:
    return re.search(rb"(?<![0-9])" + digits + rb"(?![0-9])", message) is not None


def without(chunk: NumbersChunk, erased: Sequence[Erasing]) -> NumbersChunk:
    """The same slice of a list, in which these numbers are removed ones."""
    gone = {each.digits for each in erased}
    numbers = (
        ListedNumber(each.number_id, "", each.generation, None, deleted=True) if each.e164 in gone else each
        for each in chunk.numbers
    )
    return msgspec.structs.replace(chunk, numbers=tuple(numbers))
