"""What a callee does, by the dialled number: the same as in `deploy/local/etc/carrier/extensions.conf`."""

from typing import Final

import msgspec
from evendial_contracts.causes import HangupCause

COUNTRY: Final = "4930"
"""A number as it may stand in a list; what follows picks the behaviour."""


class Ring(msgspec.Struct, frozen=True):
    """The phone rings (SIP 180)."""


class Answer(msgspec.Struct, frozen=True):
    """The callee takes the call (SIP 200)."""


class Press(msgspec.Struct, frozen=True):
    """The callee presses a key."""

    key: str


class Leave(msgspec.Struct, frozen=True):
    """The callee, or the carrier in its place, ends or declines the call."""

    cause: int
    """Q.850."""
    sip_status: int | None = None
    """The SIP status of a declined call, None for one that was answered."""


Act = Ring | Answer | Press | Leave


class Step(msgspec.Struct, frozen=True):
    """An act, so many seconds after the one before."""

    after_s: float
    act: Act


Script = tuple[Step, ...]

_ANSWERS: Script = (Step(0, Answer()),)
_BUSY: Script = (Step(0, Leave(HangupCause.USER_BUSY, 486)),)
_CONGESTED: Script = (Step(0, Leave(HangupCause.NO_CIRCUIT_AVAILABLE, 503)),)
_UNALLOCATED: Script = (Step(0, Leave(HangupCause.UNALLOCATED_NUMBER, 404)),)
_NO_SUCH_CALLEE: Script = (Step(0, Leave(HangupCause.CALL_REJECTED, 603)),)

_BY_PREFIX: dict[str, Script] = {
    "12": (Step(0, Ring()), Step(1, Answer())),
    "14": (*_ANSWERS, Step(0.5, Leave(HangupCause.NORMAL_CLEARING))),
    "15": (*_ANSWERS, Step(1, Press("1"))),
    "20": _BUSY,
    "21": _CONGESTED,
    "22": _UNALLOCATED,
    "24": (Step(0, Leave(HangupCause.CALL_REJECTED, 403)),),
    "30": (Step(0, Ring()),),
    "31": (),
}


def script_of(number: str, *, calls_before: int, congested: bool = False) -> Script:
    """What the callee of this number does, called so often before. A congested carrier asks nobody."""
    if congested:
        return _CONGESTED
    listed = number.startswith(COUNTRY)
    digits = number.removeprefix(COUNTRY)
    prefix = digits[:2]
    if prefix == "11" and len(digits) > 2:
        return (*_ANSWERS, Step(float(digits[2]), Leave(HangupCause.NORMAL_CLEARING)))
    if prefix == "13":
        return _ANSWERS if calls_before else _BUSY
    return _BY_PREFIX.get(prefix, _NO_SUCH_CALLEE if listed else _UNALLOCATED)
