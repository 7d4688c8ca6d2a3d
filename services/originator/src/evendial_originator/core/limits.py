"""How long a call may ring and last, and when to look at it again."""

from datetime import datetime, timedelta

from evendial_contracts.causes import HangupCause

from evendial_originator.core.call import GRACE, Call, never_created

RING_GRACE = timedelta(seconds=2)
"""Asterisk keeps the ring time-out; only if it has not done so by then do we hang up ourselves."""

HANGUP_REPEAT = timedelta(seconds=2)


def overrun(call: Call, now: datetime) -> HangupCause | None:
    """The cause to hang up with when the call has gone on for too long, else None."""
    if call.ended_at or call.vanished_at:
        return None
    if call.hangup_asked_at and now < call.hangup_asked_at + HANGUP_REPEAT:
        return None
    if call.answered_at:
        over = now >= call.answered_at + timedelta(seconds=call.max_call_s)
        return HangupCause.NORMAL_CLEARING if over else None
    return HangupCause.NO_ANSWER if call.exists and now >= _ring_limit(call) else None


def look_again_at(call: Call) -> datetime | None:
    """When time alone next changes `verdict` or `overrun`; None while only a fact can."""
    if over := call.ended_at or call.vanished_at:
        return over + GRACE
    if call.failed_at and never_created(call):
        return call.failed_at + GRACE
    limit = _ring_limit(call)
    if call.answered_at:
        limit = call.answered_at + timedelta(seconds=call.max_call_s)
    elif not call.exists:
        return None
    return max(limit, call.hangup_asked_at + HANGUP_REPEAT) if call.hangup_asked_at else limit


def _ring_limit(call: Call) -> datetime:
    return call.sent_at + timedelta(seconds=call.ring_timeout_s) + RING_GRACE
