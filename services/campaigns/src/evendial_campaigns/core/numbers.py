"""One line of a list: a phone number, or why it is none."""

import re
from enum import StrEnum

LINE_MAX = 1024
"""Bytes; a longer line is refused without being looked at."""

DIGITS_MIN = 7
DIGITS_MAX = 15
"""ITU-T E.164: 15 digits at most. No country's numbers have fewer than 7 with their country code."""

_plain = re.compile(rb"\+?([1-9][0-9]{6,14})").fullmatch
_separators = bytes.maketrans(b"", b""), b" \t-.()/"
_letters = re.compile(rb"[A-Za-z]").search
_printable_ascii = re.compile(rb"[\t\x20-\x7e]*").fullmatch
_digits = re.compile(rb"[0-9]+").fullmatch


class Refusal(StrEnum):
    """Why a line is no phone number."""

    LINE_TOO_LONG = "line_too_long"
    NOT_TEXT = "not_text"
    LETTERS = "letters"
    BAD_CHARACTER = "bad_character"
    NATIONAL_ZERO = "national_zero"
    NO_DIGITS = "no_digits"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    LEADING_ZERO = "leading_zero"

    @property
    def detail(self) -> str:
        """In words, with what would be right."""
        return _DETAILS[self]


_DETAILS = {
    Refusal.LINE_TOO_LONG: f"The line is longer than {LINE_MAX} bytes; one number a line is needed.",
    Refusal.NOT_TEXT: "The line holds bytes that are not plain text; save the list as UTF-8 or ASCII text.",
    Refusal.LETTERS: "The line holds letters; a number is digits with the country code first.",
    Refusal.BAD_CHARACTER: "Only digits, spaces, - . ( ) / and a leading + or 00 may stand in a number.",
    Refusal.NATIONAL_ZERO: 'The "(0)" is dialled within the country only; leave it out.',
    Refusal.NO_DIGITS: "The line holds no digits.",
    Refusal.TOO_SHORT: f"A number has {DIGITS_MIN} digits at least, with its country code.",
    Refusal.TOO_LONG: f"A number has {DIGITS_MAX} digits at most (ITU-T E.164).",
    Refusal.LEADING_ZERO: "No country code begins with 0; write the number in its international form.",
}


def parse(line: bytes) -> int | Refusal | None:
    """The digits of a number (E.164 without the plus sign), why there is none, or None for a blank line."""
    if not line:
        return None
    if plain := _plain(line):
        return int(plain[1])
    if len(line) > LINE_MAX:
        return Refusal.LINE_TOO_LONG
    text = line.strip()
    return _normalise(text) if text else None


def _normalise(text: bytes) -> int | Refusal:
    if not _printable_ascii(text):
        return Refusal.NOT_TEXT
    if _letters(text):
        return Refusal.LETTERS
    if b"(0)" in text:
        return Refusal.NATIONAL_ZERO
    bare = text.translate(*_separators)
    digits = _international(bare)
    if not digits:
        return Refusal.NO_DIGITS
    if not _digits(digits):
        return Refusal.BAD_CHARACTER
    return _measured(digits)


def _international(bare: bytes) -> bytes:
    if bare.startswith(b"+"):
        return bare[1:]
    return bare[2:] if bare.startswith(b"00") else bare


def _measured(digits: bytes) -> int | Refusal:
    if digits.startswith(b"0"):
        return Refusal.LEADING_ZERO
    if len(digits) < DIGITS_MIN:
        return Refusal.TOO_SHORT
    if len(digits) > DIGITS_MAX:
        return Refusal.TOO_LONG
    return int(digits)
