"""One call, from the originate to its end: facts in any order, one verdict."""

from datetime import datetime, timedelta
from math import ceil
from typing import assert_never

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.causes import HangupCause
from msgspec.structs import replace

from evendial_originator.core.disposition import TIMED_OUT, Evidence, disposition
from evendial_originator.core.facts import (
    Accepted,
    Answered,
    CallFact,
    ChannelCreated,
    DialEnded,
    HungUp,
    Left,
    NotAnswered,
    Phase,
    Progress,
    Recorded,
    Refused,
    Ringing,
    Served,
    Sighted,
    Vanished,
)

GRACE = timedelta(seconds=1)
"""OriginateResponse and Hangup come in either order; one waits so long for the other."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one call. `gap`: the link was down meanwhile, so a fact not seen proves nothing."""

    sent_at: datetime
    ring_timeout_s: int
    max_call_s: int
    gap: bool = False
    accepted_at: datetime | None = None
    refused_at: datetime | None = None
    exists: bool = False
    created_at: datetime | None = None
    ringing: bool = False
    progress: bool = False
    answered_at: datetime | None = None
    served: bool = False
    left_at: datetime | None = None
    recorded: Recorded | None = None
    dial_status: str | None = None
    reason: int | None = None
    failed_at: datetime | None = None
    cause: int | None = None
    sip_code: int | None = None
    ended_at: datetime | None = None
    vanished_at: datetime | None = None
    hangup_asked_at: datetime | None = None


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """The one outcome of a call that was, or may have been, originated."""

    disposition: Disposition
    ended_at: datetime
    hangup_cause: int | None = None
    rang: bool = False
    originated_at: datetime | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    billed_s: int = 0


def evolve(call: Call, fact: CallFact) -> Call:  # noqa: C901 - one arm per kind of fact
    """The call with one more fact; the first of a kind stands."""
    match fact:
        case Accepted(at=at):
            return replace(call, accepted_at=call.accepted_at or at)
        case Refused(at=at):
            return replace(call, refused_at=at)
        case ChannelCreated(at=at):
            return replace(call, exists=True, created_at=call.created_at or at)
        case Ringing():
            return replace(call, exists=True, ringing=True)
        case Progress():
            return replace(call, exists=True, progress=True)
        case Answered(at=at):
            return replace(call, answered_at=min(call.answered_at or at, at))
        case Served(at=at):
            return replace(call, exists=True, served=True, answered_at=min(call.answered_at or at, at))
        case Left(at=at):
            return replace(call, left_at=call.left_at or at)
        case Recorded(answered_at=at):
            return replace(call, recorded=call.recorded or fact, answered_at=call.answered_at or at)
        case DialEnded(status=status):
            return replace(call, dial_status=status)
        case NotAnswered(reason=reason, at=at):
            return replace(call, reason=reason, failed_at=at)
        case HungUp():
            return call if call.ended_at else _hung_up(call, fact)
        case Sighted(phase=phase, at=at):
            return _in_phase(call, phase, at)
        case Vanished(at=at):
            return replace(call, vanished_at=call.vanished_at or at)
        case _:
            assert_never(fact)


def missed(call: Call) -> Call:
    """The call after the link was lost."""
    return replace(call, gap=True)


def hangup_asked(call: Call, at: datetime) -> Call:
    """The call after we have asked Asterisk to hang it up."""
    return replace(call, hangup_asked_at=at)


def originated_at(call: Call) -> datetime | None:
    """When Asterisk had taken the originate; events of a call may overtake the reply that says so."""
    return min((at for at in (call.accepted_at, call.created_at) if at), default=None)


def verdict(call: Call, now: datetime) -> Ended | None:
    """How the call ended, or None while that is not known."""
    if call.refused_at:
        return _ended(call, call.refused_at)
    if call.ended_at:
        told = call.answered_at or call.failed_at or now >= call.ended_at + GRACE
        return _ended(call, call.ended_at) if told else None
    if call.recorded:
        return _as_recorded(call, call.recorded)
    if call.vanished_at:
        return lost(call, call.vanished_at) if now >= call.vanished_at + GRACE else None
    if call.failed_at and never_created(call) and now >= call.failed_at + GRACE:
        return _ended(call, call.failed_at)
    return None


def lost(call: Call, at: datetime) -> Ended:
    """The outcome of a call that is over without our having seen its end: only what was told is believed.

    It ended when the agi service was done with it, else by `at`, else by its longest time.
    """
    longest = call.answered_at + timedelta(seconds=call.max_call_s) if call.answered_at else at
    over = _ended(missed(call), min(call.left_at or at, longest))
    told = call.answered_at or call.failed_at
    return over if told else replace(over, disposition=Disposition.UNKNOWN)


def _as_recorded(call: Call, record: Recorded) -> Ended:
    """What was told of the call says more than the record, which knows of no causes."""
    over = lost(replace(call, left_at=record.at), record.at)
    if over.disposition is not Disposition.UNKNOWN:
        return over
    return replace(over, disposition=_recorded_disposition(call, record))


def _recorded_disposition(call: Call, record: Recorded) -> Disposition:
    """Asterisk 16 writes FAILED of a call that rang until our time-out, too: that one counts."""
    rung_out = record.at - record.started_at >= timedelta(seconds=call.ring_timeout_s) - GRACE / 2
    failed = record.disposition is Disposition.FAILED_SYSTEM
    return Disposition.NO_ANSWER if failed and rung_out else record.disposition


def never_created(call: Call) -> bool:
    """Asterisk made no channel. (What a refused duplicate of a live one says must not end the live call.)"""
    return not (call.exists or call.answered_at or call.gap)


def _hung_up(call: Call, fact: HungUp) -> Call:
    return replace(
        _in_phase(call, fact.phase, fact.at), cause=fact.cause, sip_code=fact.sip_code, ended_at=fact.at
    )


def _in_phase(call: Call, phase: Phase, at: datetime) -> Call:
    return replace(
        call,
        exists=True,
        ringing=call.ringing or phase is Phase.RINGING,
        answered_at=call.answered_at or (at if phase is Phase.UP else None),
    )


def _ended(call: Call, at: datetime) -> Ended:
    ended_at = max(at, call.answered_at or at)
    return Ended(
        disposition=disposition(_evidence(call, ended_at)),
        ended_at=ended_at,
        hangup_cause=call.cause,
        rang=call.ringing,
        originated_at=originated_at(call),
        started_at=call.created_at,
        answered_at=call.answered_at,
        billed_s=_billed_s(call.answered_at, ended_at),
    )


def _billed_s(answered_at: datetime | None, ended_at: datetime) -> int:
    """Whole seconds from answer to hangup, rounded up."""
    return ceil((ended_at - answered_at).total_seconds()) if answered_at else 0


def _evidence(call: Call, ended_at: datetime) -> Evidence:
    own_hangup = call.hangup_asked_at is not None and call.cause == HangupCause.NO_ANSWER
    return Evidence(
        answered=call.answered_at is not None,
        refused=call.refused_at is not None,
        rang=call.ringing,
        progress=call.progress,
        timed_out=call.reason == TIMED_OUT or own_hangup,
        cause=call.cause,
        sip_code=call.sip_code,
        reason=call.reason,
        dial_status=call.dial_status,
        waited_s=(ended_at - call.sent_at).total_seconds(),
        gap=call.gap,
    )
