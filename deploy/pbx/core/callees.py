"""What a callee does, by the dialled number: the same as in `deploy/local/etc/carrier/extensions.conf`.

Two more are for what an Asterisk as carrier cannot say: 6 and a SIP status declines with it at once, 7 and a
SIP status after half a second of ringing.
"""

import re
from typing import Final

import msgspec
from evendial_contracts.causes import HangupCause

COUNTRY: Final = "4930"
"""A number as it may stand in a list; what follows picks the behaviour."""


class Ring(msgspec.Struct, frozen=True):
    """The phone rings (SIP 180)."""


class Progress(msgspec.Struct, frozen=True):
    """The carrier plays something before the answer (SIP 183)."""


class Answer(msgspec.Struct, frozen=True):
    """The callee takes the call (SIP 200)."""


class Press(msgspec.Struct, frozen=True):
    """The callee presses a key."""

    key: str


class Decline(msgspec.Struct, frozen=True):
    """The callee, or the carrier in its place, does not take the call."""

    status: int
    """Of SIP, 400 and above."""
    reason: int | None = None
    """The Q.850 cause that goes with it (RFC 3326), if any."""


class Leave(msgspec.Struct, frozen=True):
    """The callee ends an answered call (SIP BYE)."""

    reason: int | None = None
    """The Q.850 cause that goes with it (RFC 3326), if any."""


Act = Ring | Progress | Answer | Press | Decline | Leave


class Step(msgspec.Struct, frozen=True):
    """An act, so many seconds after the one before."""

    after_s: float
    act: Act


Script = tuple[Step, ...]

_ANSWERS: Script = (Step(0, Answer()),)
_BUSY: Script = (Step(0, Decline(486, HangupCause.USER_BUSY)),)
CONGESTED: Script = (Step(0, Decline(503, HangupCause.NO_CIRCUIT_AVAILABLE)),)
"""What a congested carrier says, whoever is called."""
_UNALLOCATED: Script = (Step(0, Decline(404, HangupCause.UNALLOCATED_NUMBER)),)
_NO_SUCH_CALLEE: Script = (Step(0, Decline(603)),)

_DECLINES: Final = re.compile(r"(?:6|(?P<rings>7))(?P<code>[456][0-9]{2})")

_BY_PREFIX: dict[str, Script] = {
    "12": (Step(0, Ring()), Step(1, Answer())),
    "14": (*_ANSWERS, Step(0.5, Leave(HangupCause.NORMAL_CLEARING))),
    "15": (*_ANSWERS, Step(1, Press("1"))),
    "16": (Step(0, Ring()), Step(0.5, Decline(486, HangupCause.USER_BUSY))),
    "20": _BUSY,
    "21": CONGESTED,
    "22": _UNALLOCATED,
    "24": (Step(0, Decline(403, HangupCause.CALL_REJECTED)),),
    "30": (Step(0, Ring()),),
    "31": (),
}


def script_of(number: str, *, calls_before: int) -> Script:
    """What the callee of this number does, called so often before."""
    listed = number.startswith(COUNTRY)
    digits = number.removeprefix(COUNTRY)
    prefix = digits[:2]
    if prefix == "11" and len(digits) > 2:
        return (*_ANSWERS, Step(float(digits[2]), Leave(HangupCause.NORMAL_CLEARING)))
    if prefix == "13":
        return _ANSWERS if calls_before else _BUSY
    if status := _DECLINES.match(digits):
        decline = Decline(int(status["code"]))
        return (Step(0, Ring()), Step(0.5, decline)) if status["rings"] else (Step(0, decline),)
    return _BY_PREFIX.get(prefix, _NO_SUCH_CALLEE if listed else _UNALLOCATED)
