"""The dialplan of `deploy/asterisk` from the answer on, and the IVR context of the local stack."""

from typing import Final

from evendial_contracts.call_token import TOKEN_LENGTH
from msgspec.structs import replace

from deploy.pbx.core.cdr import cdr_of
from deploy.pbx.core.effects import AgiOpen, Effect, Turn, Wire
from deploy.pbx.core.events import hangup, in_hangup_extension, user_event
from deploy.pbx.core.state import Agi, Channel, Fields, Leg, Pbx, Place, Setup, with_channel, without

CONTEXT: Final = "evendial"
IVR: Final = "ivr-demo"
TOKEN: Final = "EVENDIAL_CALL"
DONE_MARKER: Final = "EVENDIAL_DONE"
NORMAL_CLEARING: Final = 16
LONGEST_CALL_S: Final = 14_700.0

_AGI_PLACE: Final = Place(CONTEXT, "s", 3)
_IVR_WAIT_S: Final = 2.0
_VERSIONS: Final = {22: "22.10.1", 16: "16.28.0"}


def start(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """The first steps after the answer: the absolute time-out, then AGI()."""
    url = f"agi://{pbx.setup.agi_address}/call"
    value = channel.variables.get(TOKEN, "")
    token, lasts = value[:TOKEN_LENGTH], value[TOKEN_LENGTH:]
    channel = replace(
        channel,
        place=_AGI_PLACE,
        application=("AGI", f"{url},{token}"),
        ends_at=at + (float(lasts) if lasts else LONGEST_CALL_S),
        due_at=None,
        agi=Agi(),
    )
    pbx = with_channel(replace(pbx, processed=pbx.processed + 1), channel)
    return pbx, (AgiOpen(channel.id, _header(pbx.setup, channel, url, token)),)


def go_on(pbx: Pbx, channel: Channel, at: float, status: str) -> Turn:
    """After AGI() on a channel that is still up: where the agi service has sent it, else Hangup()."""
    if channel.place.context == IVR:
        wait = replace(
            channel,
            place=Place(IVR, "s", 3),
            application=("Wait", "2"),
            due_at=at + _IVR_WAIT_S,
            agi=None,
        )
        return with_channel(pbx, wait), ()
    return finish(pbx, replace(channel, cause=NORMAL_CLEARING), at, status)


def ivr_over(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """The IVR has played its tone and says good-bye."""
    leg = _played(channel.leg, _IVR_WAIT_S)
    over = replace(channel, cause=NORMAL_CLEARING, leg=leg, place=Place(IVR, "s", 4))
    return finish(pbx, over, at, "")


def finish(pbx: Pbx, channel: Channel, at: float, status: str) -> Turn:
    """The `h` extension where there is one, then the end of both legs."""
    effects: list[Effect] = []
    if channel.place.context == CONTEXT:
        if channel.variables.get(DONE_MARKER) != "1" and status != "HANGUP":
            failed = f"EvendialAgiFailed,Status: {status}"
            effects.append(user_event(in_hangup_extension(channel, 1), failed))
        channel = in_hangup_extension(channel, 2)
    effects.append(hangup(pbx.setup, channel))
    effects.append(cdr_of(channel, at))
    pbx, told = hang_up_leg(pbx, channel, at)
    return without(pbx, channel), (*effects, *told)


def hang_up_leg(pbx: Pbx, channel: Channel, at: float) -> Turn:
    """The carrier's end of the call, unless it is over there already."""
    leg = channel.leg
    if leg is None or leg.ended_at is not None:
        return pbx, ()
    leg = replace(leg, ended_at=at, cause=channel.cause, plan=())
    return with_channel(pbx, replace(channel, leg=leg)), (Wire("end", channel.id, leg),)


def _played(leg: Leg | None, seconds: float) -> Leg | None:
    return replace(leg, heard_s=leg.heard_s + seconds) if leg else None


def _header(setup: Setup, channel: Channel, url: str, token: str) -> Fields:
    return (
        ("agi_network", "yes"),
        ("agi_network_script", "call"),
        ("agi_request", url),
        ("agi_channel", channel.name),
        ("agi_language", "en"),
        ("agi_type", "PJSIP"),
        ("agi_uniqueid", channel.id),
        ("agi_version", _VERSIONS[setup.major]),
        ("agi_callerid", channel.caller or "unknown"),
        ("agi_calleridname", "unknown"),
        *((f"agi_{name}", "0") for name in ("callingpres", "callingani2", "callington", "callingtns")),
        ("agi_dnid", "unknown"),
        ("agi_rdnis", "unknown"),
        ("agi_context", CONTEXT),
        ("agi_extension", "s"),
        ("agi_priority", "3"),
        ("agi_enhanced", "0.0"),
        ("agi_accountcode", channel.account),
        ("agi_threadid", "1"),
        ("agi_arg_1", token),
    )
