"""One table: what a call that is over ended as. The order of the rows is the order of belief."""

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.causes import UNANSWERED, HangupCause

VAGUE = frozenset({0, HangupCause.NORMAL_CLEARING, 31, 127})
"""Causes that say nothing of an unanswered call: none given, normal clearing, unspecified, interworking."""

REASON_TIMED_OUT = 3
SIP_TIMER_B_S = 32.0
"""RFC 3261 §17.1.1.2: so long Asterisk waits for any answer at all, then it gives cause 18 by itself."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a call that is over. `cause` is None when no Hangup has reached us."""

    answered: bool
    refused: bool
    ringing: bool
    timed_out: bool
    cause: int | None
    reason: int | None
    dial_status: str | None
    waited_s: float
    gap: bool


def disposition(seen: Evidence) -> Disposition:
    """The cause wins over everything but an answer; AMI's Reason alone never decides."""
    if seen.answered:
        return Disposition.ANSWERED
    if seen.refused:
        return Disposition.FAILED_SYSTEM
    told = UNANSWERED.get(seen.cause) if seen.cause is not None else None
    if told not in (None, Disposition.NO_ANSWER):
        return told
    if told is Disposition.NO_ANSWER or seen.timed_out:
        return _nobody_answered(seen)
    if seen.cause is None or seen.cause in VAGUE:
        return _cause_says_nothing(seen)
    return Disposition.FAILED_SYSTEM


def _nobody_answered(seen: Evidence) -> Disposition:
    """Silence of the trunk looks like a callee who does not answer, only that nothing ever rang."""
    never_heard = seen.cause == HangupCause.NO_USER_RESPONDING and seen.waited_s >= SIP_TIMER_B_S
    if seen.ringing or not (seen.timed_out or never_heard):
        return Disposition.NO_ANSWER
    return Disposition.UNKNOWN if seen.gap else Disposition.FAILED_SYSTEM


def _cause_says_nothing(seen: Evidence) -> Disposition:
    match seen.dial_status, seen.reason:
        case ("BUSY", _) | (_, 5):
            return Disposition.BUSY
        case ("CONGESTION", _) | (_, 8):
            return Disposition.CONGESTION
    if seen.ringing:
        return Disposition.NO_ANSWER
    return Disposition.UNKNOWN if seen.gap else Disposition.FAILED_SYSTEM
