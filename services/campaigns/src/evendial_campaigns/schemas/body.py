"""What is common to all that is sent to us."""

import msgspec


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sent to us: a field that we do not know is refused."""
