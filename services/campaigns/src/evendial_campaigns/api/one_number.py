"""A single phone number that somebody sends."""

from evendial_campaigns.core.numbers import Numbers, Refused
from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.numbering_plan import numbering_plan


def e164_of(number: str) -> int:
    """Its digits; raises `Rejected` with what would be right."""
    parsed = Numbers(numbering_plan(), premium=True).read(number)
    if parsed is None:
        raise invalid("number", "is empty; send the digits with the country code first")
    if isinstance(parsed, Refused):
        raise invalid("number", parsed.detail)
    return parsed
