"""One table: what a call that is over ended as. docs/outcomes.md shows what Asterisk says in each case."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.causes import HangupCause

TIMED_OUT, BUSY, CONGESTION = 3, 5, 8
"""Reasons of AMI's OriginateResponse; 0 says nothing."""

SIP_TIMER_B_S = 32.0
"""RFC 3261 §17.1.1.2: so long Asterisk waits for any answer at all, then it gives cause 18 by itself."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a call that is over.

    `cause` is None when no Hangup has reached us, `sip_code` where Asterisk does not tell it (16 never does).
    `rang`, `progress`: SIP 180, 183. `timed_out`: we ended it because nobody answered. `gap`: the link was
    down meanwhile, so a fact not seen proves nothing.
    """

    answered: bool = False
    refused: bool = False
    rang: bool = False
    progress: bool = False
    timed_out: bool = False
    cause: int | None = None
    sip_code: int | None = None
    reason: int | None = None
    dial_status: str | None = None
    waited_s: float = 0.0
    gap: bool = False

    @property
    def vague(self) -> bool:
        """No cause, normal clearing, unspecified, interworking: nothing said of a call not answered."""
        return self.cause in (None, 0, HangupCause.NORMAL_CLEARING, 31, 127)

    @property
    def nobody(self) -> bool:
        """The far end, or our time-out, says that nobody answers."""
        return self.timed_out or self.cause in (18, 19, 20)

    @property
    def heard(self) -> bool:
        """It rang, or the far end sent progress, as trunks do that play the ringing tone themselves."""
        return self.rang or self.progress

    @property
    def silence(self) -> bool:
        """Our time-out or SIP's own ended it, and the trunk had said no more than 100 Trying."""
        sip_gave_up = self.cause == HangupCause.NO_USER_RESPONDING and self.waited_s >= SIP_TIMER_B_S
        return not (self.heard or self.redirected) and (self.timed_out or sip_gave_up)

    @property
    def redirected(self) -> bool:
        """Asterisk followed a 302 on a channel that is not ours, so what rang there was not seen."""
        return self.cause == HangupCause.REDIRECTED or self.dial_status == "CANCEL"


class Row(NamedTuple):
    """`case` is for people; `fits` decides."""

    case: str
    fits: Callable[[Evidence], bool]
    says: Disposition


TABLE = (
    Row("answered, whatever came after", lambda seen: seen.answered, Disposition.ANSWERED),
    Row("AMI refused the originate", lambda seen: seen.refused, Disposition.FAILED_SYSTEM),
    Row("17", lambda seen: seen.cause == 17, Disposition.BUSY),
    Row("21", lambda seen: seen.cause == 21, Disposition.REJECTED),
    Row("SIP 607, 608", lambda seen: seen.sip_code in (607, 608), Disposition.REJECTED),
    Row("1, 22, 28", lambda seen: seen.cause in (1, 22, 28), Disposition.INVALID_NUMBER),
    Row(
        "27, 34, 38, 41, 42, 44, 47",
        lambda seen: seen.cause in (27, 34, 38, 41, 42, 44, 47),
        Disposition.CONGESTION,
    ),
    Row(
        "redirected, no more was heard",
        lambda seen: seen.redirected and seen.reason is None,
        Disposition.UNKNOWN,
    ),
    Row("silence, with a gap", lambda seen: seen.silence and seen.gap, Disposition.UNKNOWN),
    Row("silence", lambda seen: seen.silence, Disposition.FAILED_SYSTEM),
    Row("18, 19, 20, our time-out", lambda seen: seen.nobody, Disposition.NO_ANSWER),
    Row(
        "vague, BUSY",
        lambda seen: seen.vague and (seen.dial_status == "BUSY" or seen.reason == BUSY),
        Disposition.BUSY,
    ),
    Row(
        "vague, CONGESTION",
        lambda seen: seen.vague and (seen.dial_status == "CONGESTION" or seen.reason == CONGESTION),
        Disposition.CONGESTION,
    ),
    Row("vague, heard", lambda seen: seen.vague and seen.heard, Disposition.NO_ANSWER),
    Row("vague, with a gap", lambda seen: seen.vague and seen.gap, Disposition.UNKNOWN),
    Row("anything else", lambda seen: True, Disposition.FAILED_SYSTEM),
)
"""Numbers are Q.850 causes. The first row that fits decides; AMI's Reason alone never does.

Silence is not the number's fault: a callee who does not answer rings. RFC 8197 and RFC 8688 gave SIP the
codes 607 and 608, for which Asterisk has no cause but 127.
"""


def disposition(seen: Evidence) -> Disposition:
    """What the first row that fits says."""
    return next(row.says for row in TABLE if row.fits(seen))
