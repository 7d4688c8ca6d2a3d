"""Erasures, as the API takes them."""

from evendial_campaigns.schemas.body import Body
from evendial_campaigns.schemas.suppressions import Number


class ErasureCreate(Body, frozen=True, kw_only=True):
    """Whose number is to go. In a body, not in the address: addresses end up in logs."""

    number: Number
