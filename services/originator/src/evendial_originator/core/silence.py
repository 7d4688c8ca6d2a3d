"""An answered call whose actions nobody runs: its callee hears silence."""

from datetime import datetime, timedelta

from evendial_originator.core.call import Call
from evendial_originator.core.limits import HANGUP_REPEAT

SERVED_WITHIN = timedelta(seconds=3)
"""From the answer to the report of the agi service. A connect that Asterisk gives up by itself takes 2 s."""


def unserved(call: Call, now: datetime) -> bool:
    """Whether the call is to be hung up, unless Asterisk knows that it is served after all."""
    at = unserved_at(call)
    return at is not None and now >= at


def unserved_at(call: Call) -> datetime | None:
    """When `unserved` is next to be asked; None for a call that is served, not answered, or over."""
    if call.served or call.answered_at is None or call.ended_at or call.vanished_at:
        return None
    at = call.answered_at + SERVED_WITHIN
    return max(at, call.hangup_asked_at + HANGUP_REPEAT) if call.hangup_asked_at else at
