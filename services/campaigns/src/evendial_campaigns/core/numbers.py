"""One entry of a list: a phone number, or why it is none."""

import re
from enum import StrEnum

import msgspec

from evendial_campaigns.core.numbering import DIGITS_MAX, Country, NumberingPlan, Region, national_number

LINE_MAX = 1024
"""Characters; a longer entry is refused without being looked at."""

DIGITS_MIN = 7
"""No country's numbers are shorter with their country code, short codes aside."""

_international = re.compile(r"(?:\+|00)?([1-9][0-9]{6,14})", re.ASCII).fullmatch
_with_plus = re.compile(r"\+([1-9][0-9]{6,14})", re.ASCII).fullmatch
_only_digits = re.compile(r"[0-9]{7,15}", re.ASCII).fullmatch
is_unreadable = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]").search
_rounded = re.compile(r"[0-9][.,][0-9]+e\+?[0-9]+|[0-9]{7,}\.0+", re.ASCII | re.IGNORECASE).fullmatch
_letters = re.compile(r"[^\W\d_]").search
_bare = re.compile(r"\+?[0-9]+", re.ASCII).fullmatch
_dropped = dict.fromkeys(
    map(ord, " \t-.()/\u00a0\u00ad\u2007\u2009\u200a\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2212")
) | dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
)
"""Separators, and the marks that nobody sees which come along when numbers are copied from other programs."""


class Refusal(StrEnum):
    """Why an entry is not taken."""

    LINE_TOO_LONG = "line_too_long"
    NOT_TEXT = "not_text"
    LETTERS = "letters"
    BAD_CHARACTER = "bad_character"
    ROUNDED = "rounded"
    NO_DIGITS = "no_digits"
    LEADING_ZERO = "leading_zero"
    UNKNOWN_COUNTRY_CODE = "unknown_country_code"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    WRONG_LENGTH = "wrong_length"
    PREFIX_NOT_ALLOWED = "prefix_not_allowed"
    PREMIUM_NUMBER = "premium_number"
    SUPPRESSED = "suppressed"
    UNCLOSED_QUOTE = "unclosed_quote"
    BAD_QUOTES = "bad_quotes"
    TOO_MANY_CELLS = "too_many_cells"
    VALUE_TOO_LONG = "value_too_long"
    BAD_VALUE = "bad_value"
    BAD_REFERENCE = "bad_reference"
    REFERENCE_IS_A_NUMBER = "reference_is_a_number"


POLICY = frozenset({Refusal.PREFIX_NOT_ALLOWED, Refusal.PREMIUM_NUMBER, Refusal.SUPPRESSED})
"""These are phone numbers, but not to be called."""


_any_digit = re.compile(r"\d").findall
_any_number = re.compile(r"[+\uff0b]\W*\d(?:\W?\d){6}").search


class Refused(msgspec.Struct, frozen=True):
    """A no; `detail` says in words what would be right."""

    reason: Refusal
    detail: str


TOO_MUCH = Refused(
    Refusal.LINE_TOO_LONG, f"This is longer than {LINE_MAX} characters; it should be one number."
)
NOT_TEXT = Refused(Refusal.NOT_TEXT, "This is not plain text; save the list as UTF-8.")
LETTERS = Refused(Refusal.LETTERS, "There are letters in it; a number is digits with the country code first.")
BAD_CHARACTER = Refused(
    Refusal.BAD_CHARACTER, "Only digits, spaces, - . ( ) / and a leading + or 00 may stand in a number."
)
ROUNDED = Refused(
    Refusal.ROUNDED,
    "A spreadsheet has turned the number into a fraction; format its column as text and save anew.",
)
NO_DIGITS = Refused(Refusal.NO_DIGITS, "There are no digits.")
LEADING_ZERO = Refused(
    Refusal.LEADING_ZERO,
    "No country code begins with 0; write the country code first, or set the campaign's default_region.",
)
PREMIUM = Refused(
    Refusal.PREMIUM_NUMBER,
    "Premium-rate, shared-cost and satellite numbers may not be called; an admin can allow it.",
)
PREFIX = Refused(
    Refusal.PREFIX_NOT_ALLOWED, "Numbers that begin like this may not be called; an admin can allow them."
)
SUPPRESSED = Refused(Refusal.SUPPRESSED, "This number is suppressed: it must not be called.")


class Numbers:
    """Reads numbers as a campaign and its owner's limits have it.

    `region`: where national forms are from; without it all digits begin with a country code. `prefixes`: the
    first digits that are allowed (None: any). `premium`: whether dear numbers are allowed.
    """

    def __init__(
        self,
        plan: NumberingPlan,
        *,
        region: Region | None = None,
        prefixes: tuple[str, ...] | None = None,
        premium: bool = False,
    ) -> None:
        self._plan = plan
        self._countries = plan.countries
        self._region = region
        self._prefixes = prefixes
        self._premium = premium
        self._plain = _with_plus if region else _international

    def read(self, text: str) -> int | Refused | None:
        """The digits of E.164 without the plus sign, why there are none, or None for nothing at all."""
        if plain := self._plain(text):
            digits = plain[1]
            country = self._countries.get(digits[:3])
            if country and country.is_possible(national := digits[len(country.code) :]):
                return self._permitted(digits, national, country)
        elif self._region and _only_digits(text) and (known := national_number(self._region, text)):
            country = self._region.country
            return self._permitted(known, known[len(country.code) :], country)
        return self._slowly(text)

    def stand_in(self, number: int, text: str) -> bool:
        """Whether a text holds these digits, with or without their country code, or any number with a +."""
        digits = "".join(str(int(digit)) for digit in _any_digit(text))
        return self._plan.national_of(str(number)) in digits or _any_number(text) is not None

    def _permitted(self, digits: str, national: str, country: Country) -> int | Refused:
        if not self._premium and country.premium and country.premium(national):
            return PREMIUM
        if self._prefixes is not None and not digits.startswith(self._prefixes):
            return PREFIX
        return int(digits)

    def _slowly(self, text: str) -> int | Refused | None:
        if len(text) > LINE_MAX:
            return TOO_MUCH
        text = text.strip().lstrip("'")
        if not text:
            return None
        bare = _undressed(text)
        if isinstance(bare, Refused):
            return bare
        return self._international(bare[1:]) if bare.startswith("+") else self._without_plus(bare)

    def _without_plus(self, bare: str) -> int | Refused:
        if self._region:
            digits = national_number(self._region, bare) or self._plan.parse(bare, self._region.name)
            known = self._measured(digits) if digits else None
            if isinstance(known, int) or not bare.startswith("00"):
                return known if known is not None else _too_short(self._region.country, len(bare))
        return self._international(bare.removeprefix("00"))

    def _international(self, digits: str) -> int | Refused:
        if digits.startswith("0"):
            return LEADING_ZERO
        country = self._plan.country_of(digits)
        if country and country.prefix and not country.is_possible(digits[len(country.code) :]):
            return self._measured(self._plan.parse(f"+{digits}", None) or digits)
        return self._measured(digits)

    def _measured(self, digits: str) -> int | Refused:
        country = self._plan.country_of(digits)
        if country is None:
            return _unknown(digits)
        national = digits[len(country.code) :]
        if len(national) in country.lengths and len(digits) >= DIGITS_MIN:
            return self._permitted(digits, national, country)
        return _wrong_length(country, len(national))


def _undressed(text: str) -> str | Refused:
    if is_unreadable(text):
        return NOT_TEXT
    if _rounded(text):
        return ROUNDED
    if _letters(text):
        return LETTERS
    bare = text.translate(_dropped)
    if not any(map(str.isdigit, bare)):
        return NO_DIGITS
    return bare if _bare(bare) else BAD_CHARACTER


def _unknown(digits: str) -> Refused:
    if len(digits) < DIGITS_MIN:
        return Refused(
            Refusal.TOO_SHORT, f"A number has {DIGITS_MIN} digits at least, with its country code."
        )
    detail = f"No country code begins with {digits[:3]}; write the country code first."
    return Refused(Refusal.UNKNOWN_COUNTRY_CODE, detail)


def _wrong_length(country: Country, length: int) -> Refused:
    if length < min(country.lengths) or length + len(country.code) < DIGITS_MIN:
        return _too_short(country, length)
    reason = Refusal.TOO_LONG if length > max(country.lengths) else Refusal.WRONG_LENGTH
    return Refused(reason, _lengths(country, length))


def _too_short(country: Country, length: int) -> Refused:
    return Refused(Refusal.TOO_SHORT, _lengths(country, length))


def _lengths(country: Country, length: int) -> str:
    possible = sorted(n for n in country.lengths if n + len(country.code) >= DIGITS_MIN)
    least, most = possible[0], possible[-1]
    if len(possible) == 1:
        right = f"{least}"
    elif len(possible) == most - least + 1:
        right = f"{least} to {most}"
    else:
        right = ", ".join(map(str, possible[:-1])) + f" or {most}"
    return f"After +{country.code} come {right} digits; here are {length} ({DIGITS_MAX} in all at most)."
