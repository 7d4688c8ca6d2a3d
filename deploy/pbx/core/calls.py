"""The life of a channel up to the answer, and every way to its end."""

from itertools import accumulate
from typing import Final

from evendial_contracts.causes import HangupCause
from msgspec.structs import replace

from deploy.pbx.core import agi, dialplan, events
from deploy.pbx.core.callees import (
    CONGESTED,
    Act,
    Answer,
    Decline,
    Leave,
    Press,
    Progress,
    Ring,
    Script,
    script_of,
)
from deploy.pbx.core.cdr import cdr_of
from deploy.pbx.core.effects import Event, Turn, Wire
from deploy.pbx.core.originate import is_taken
from deploy.pbx.core.sip import cause_of, dial_status_of
from deploy.pbx.core.state import Carrier, Channel, Leg, Pbx, Phase, Planned, with_channel, without

CANCELLED: Final = 127
"""What an Asterisk carrier writes down as the cause when the caller gives up without saying why."""

_TIMER_B_S: Final = 32.0
"""RFC 3261 §17.1.1.2: so long an INVITE is repeated to somebody who does not answer at all."""


def begin(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """An accepted originate gets its channel, and the carrier its INVITE; or neither, and reason 0."""
    setup = pbx.setup
    if channel.endpoint not in (*setup.trunks, *setup.silent_trunks):
        return pbx, (events.originate_response(channel, 0),)
    pbx = replace(pbx, made=pbx.made + 1)
    if is_taken(setup, pbx.channels, channel.id):
        return pbx, (events.originate_response(channel, 0),)
    name = f"PJSIP/{channel.endpoint}-{pbx.made - 1:08x}"
    channel = replace(channel, name=name, created_at=at, due_at=at + channel.timeout_s)
    created = events.newchannel(channel)
    if channel.endpoint in setup.silent_trunks:
        silent = replace(channel, due_at=at + min(channel.timeout_s, _TIMER_B_S))
        return with_channel(pbx, silent), (created,)
    leg = _invited(pbx.carrier, channel, at)
    pbx = replace(pbx, carrier=_remembering(pbx.carrier, channel.number))
    return with_channel(pbx, replace(channel, leg=leg)), (created, Wire("invite", channel.id, leg))


def act(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """The callee does what is next."""
    assert channel.leg is not None
    first, *rest = channel.leg.plan
    channel = replace(channel, leg=replace(channel.leg, plan=tuple(rest)))
    return _acted(pbx, channel, first.act, at)


def ring_out(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """Our own time-out: 22 hangs up with cause 19, 16 with none. Or that of SIP, if nobody ever answered."""
    if channel.leg is None and channel.timeout_s > _TIMER_B_S:
        return _declined(pbx, channel, Decline(408), at)
    told = pbx.setup.major >= 22
    channel = replace(channel, cause=int(HangupCause.NO_ANSWER) if told else 0)
    hangup = events.hangup(pbx.setup, channel, 480)
    return _gone(pbx, channel, at, (events.originate_response(channel, 3), hangup))


def hang_up(pbx: Pbx, channel: Channel, at: float, cause: int) -> Turn:
    """AMI's Hangup, or the absolute time-out of an answered call."""
    if channel.phase is Phase.UP:
        return agi.hung_up(pbx, channel, at, cause)
    channel = replace(channel, cause=cause)
    told = events.shuffled(
        pbx.setup,
        channel,
        events.dial_end(channel, "NOANSWER"),
        events.originate_response(channel, 0),
        events.hangup(pbx.setup, channel, 480 if cause == HangupCause.NO_ANSWER else None),
    )
    return _gone(pbx, channel, at, told)


def _acted(pbx: Pbx, channel: Channel, what: Act, at: float) -> Turn:
    match what:
        case Ring():
            ringing = replace(channel, phase=Phase.RINGING)
            told = (events.newstate(ringing), events.dial_state(ringing, "RINGING"))
            return with_channel(pbx, ringing), events.shuffled(pbx.setup, channel, *told)
        case Progress():
            return with_channel(pbx, channel), (events.dial_state(channel, "PROGRESS"),)
        case Answer():
            return _answered(pbx, channel, at)
        case Press(key):
            return agi.pressed(with_channel(pbx, channel), channel, key)
        case Leave(reason):
            silent = 0 if pbx.setup.major >= 22 else HangupCause.NORMAL_CLEARING
            return _left(pbx, channel, silent if reason is None else reason, at)
        case Decline():
            return _declined(pbx, channel, what, at)


def _answered(pbx: Pbx, channel: Channel, at: float) -> Turn:
    assert channel.leg is not None
    leg = replace(channel.leg, answered_at=at)
    channel = replace(channel, phase=Phase.UP, leg=leg)
    told = events.shuffled(
        pbx.setup,
        channel,
        events.newstate(channel),
        events.dial_end(channel, "ANSWER"),
        events.originate_response(channel, 4),
    )
    pbx, started = dialplan.start(pbx, channel, at)
    return pbx, (*told, Wire("answer", channel.id, leg), *started)


def _left(pbx: Pbx, channel: Channel, cause: int, at: float) -> Turn:
    pbx, effects = agi.hung_up(pbx, channel, at, cause)
    held = pbx.channels.get(channel.id)
    if held is None:
        return pbx, effects
    pbx, ended = dialplan.hang_up_leg(pbx, held, at)
    return pbx, (*effects, *ended)


def _declined(pbx: Pbx, channel: Channel, decline: Decline, at: float) -> Turn:
    """22 goes by the SIP status alone, 16 by the far end's own cause where there is one."""
    of_status = cause_of(decline.status)
    given = of_status if decline.reason is None else decline.reason
    channel = replace(channel, cause=of_status if pbx.setup.major >= 22 else given)
    status = dial_status_of(channel.cause)
    told = events.shuffled(
        pbx.setup,
        channel,
        events.dial_end(channel, status),
        events.originate_response(channel, 0),
        events.hangup(pbx.setup, channel, decline.status),
    )
    leg = _ended(channel.leg, at, given)
    wire = (Wire("end", channel.id, leg),) if leg else ()
    return without(pbx, channel), (*told, cdr_of(channel, at), *wire)


def _gone(pbx: Pbx, channel: Channel, at: float, told: tuple[Event, ...]) -> Turn:
    leg = _ended(channel.leg, at, channel.cause or CANCELLED)
    wire = (Wire("end", channel.id, leg),) if leg else ()
    return without(pbx, channel), (*told, cdr_of(channel, at), *wire)


def _ended(leg: Leg | None, at: float, cause: int) -> Leg | None:
    return replace(leg, ended_at=at, cause=cause, plan=()) if leg else None


def _invited(carrier: Carrier, channel: Channel, at: float) -> Leg:
    before = carrier.calls.get(channel.number, 0)
    script = _script(carrier, channel.number, before)
    instants = accumulate((step.after_s for step in script), initial=at)
    next(instants)
    plan = tuple(Planned(due, step.act) for due, step in zip(instants, script, strict=True))
    return Leg(number=channel.number, caller=channel.caller, started_at=at, plan=plan)


def _script(carrier: Carrier, number: str, calls_before: int) -> Script:
    if carrier.congested:
        return CONGESTED
    given = carrier.scripts.get(number)
    return script_of(number, calls_before=calls_before) if given is None else given


def _remembering(carrier: Carrier, number: str) -> Carrier:
    """A congested carrier asks no callee, so that none remembers."""
    if carrier.congested:
        return carrier
    return replace(carrier, calls={**carrier.calls, number: carrier.calls.get(number, 0) + 1})
