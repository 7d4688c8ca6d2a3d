"""What Asterisk says about our channels and the link to it, at the time it reached us."""

from datetime import datetime
from enum import StrEnum

import msgspec
from evendial_contracts.calls import Disposition


class Phase(StrEnum):
    """How far a channel has come."""

    DOWN = "down"
    RINGING = "ringing"
    UP = "up"


class ChannelFact(msgspec.Struct, frozen=True, kw_only=True):
    """About one channel of ours; `at` is when it reached us (UTC)."""

    channel_id: str
    at: datetime


class ChannelCreated(ChannelFact, frozen=True, kw_only=True):
    """AMI Newchannel: the first sign that Asterisk works on the originate."""


class Ringing(ChannelFact, frozen=True, kw_only=True):
    """AMI DialState RINGING, or Newstate Ringing."""


class Progress(ChannelFact, frozen=True, kw_only=True):
    """AMI DialState PROGRESS: the far end sends a tone or an announcement (SIP 183)."""


class Answered(ChannelFact, frozen=True, kw_only=True):
    """AMI OriginateResponse Success, or DialEnd ANSWER."""


class Served(ChannelFact, frozen=True, kw_only=True):
    """An agi service runs the call's actions: AMI UserEvent EvendialServing, or what else proves it."""


class Left(ChannelFact, frozen=True, kw_only=True):
    """The agi service was done with the call at `at`, because the callee hung up or it did so itself."""


class Recorded(ChannelFact, frozen=True, kw_only=True):
    """Asterisk's own record (CDR) of a call that ended at `at`."""

    disposition: Disposition
    started_at: datetime
    answered_at: datetime | None


class NotAnswered(ChannelFact, frozen=True, kw_only=True):
    """AMI OriginateResponse Failure. `reason` 3 is our own time-out, 5 busy, 8 congestion; 0 says nothing."""

    reason: int


class DialEnded(ChannelFact, frozen=True, kw_only=True):
    """AMI DialEnd without an answer: BUSY, CONGESTION, NOANSWER, CHANUNAVAIL, CANCEL."""

    status: str


class HungUp(ChannelFact, frozen=True, kw_only=True):
    """AMI Hangup: the channel is gone. `cause` is the Q.850 integer, 0 where Asterisk gives none.

    `sip_code`: what the far end refused the call with, where Asterisk tells it.
    """

    cause: int
    phase: Phase
    sip_code: int | None = None


class Sighted(ChannelFact, frozen=True, kw_only=True):
    """AMI CoreShowChannels lists the channel."""

    phase: Phase


class Vanished(ChannelFact, frozen=True, kw_only=True):
    """The channel is gone and nobody told us how it ended."""


class Accepted(ChannelFact, frozen=True, kw_only=True):
    """AMI answered the originate with Success: it is queued, no more than that."""


class Refused(ChannelFact, frozen=True, kw_only=True):
    """AMI answered the originate with Error: surely not dialled."""

    message: str


CallFact = (
    ChannelCreated
    | Ringing
    | Progress
    | Answered
    | Served
    | Left
    | Recorded
    | NotAnswered
    | DialEnded
    | HungUp
    | Sighted
    | Vanished
    | Accepted
    | Refused
)


class LinkUp(msgspec.Struct, frozen=True, kw_only=True):
    """Asterisk is booted and takes originates. `boot_id` changes when Asterisk is started again."""

    boot_id: str
    at: datetime


class LinkDown(msgspec.Struct, frozen=True, kw_only=True):
    """Facts are missed from here on until the next LinkUp, and AMI has no replay."""

    at: datetime


class ShuttingDown(msgspec.Struct, frozen=True, kw_only=True):
    """Asterisk has begun to shut down: it takes no more originates."""

    at: datetime


LinkFact = LinkUp | LinkDown | ShuttingDown
Fact = CallFact | LinkFact
