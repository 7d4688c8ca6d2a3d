"""A single phone number that somebody sends."""

from evendial_campaigns.core.numbers import Refusal, parse
from evendial_campaigns.core.rejected import invalid


def e164_of(number: str) -> int:
    """Its digits; raises `Rejected` with what would be right."""
    parsed = parse(number.encode(errors="replace"))
    if parsed is None:
        raise invalid("number", "is empty; send the digits with the country code first")
    if isinstance(parsed, Refusal):
        raise invalid("number", parsed.detail)
    return parsed
