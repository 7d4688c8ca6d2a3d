"""What became of an originated call: published by the originator alone."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from evendial_contracts.message import AttemptFact


class Disposition(StrEnum):
    """Our closed verdict on a call that was, or may have been, originated."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    INVALID_NUMBER = "invalid_number"
    CONGESTION = "congestion"
    FAILED_SYSTEM = "failed_system"
    UNKNOWN = "unknown"

    @property
    def consumes_attempt(self) -> bool:
        """Whether the attempt counts: the trunk's and our own failures are not the number's."""
        return self not in (Disposition.CONGESTION, Disposition.FAILED_SYSTEM)


class CallOriginated(AttemptFact, tag="call.originated.v1", frozen=True, kw_only=True):
    """Asterisk has accepted the originate."""

    originated_at: datetime


class CallAnswered(AttemptFact, tag="call.answered.v1", frozen=True, kw_only=True):
    """The callee has answered."""

    answered_at: datetime


class CallEnded(AttemptFact, tag="call.ended.v1", frozen=True, kw_only=True):
    """The one outcome of a command that was, or may have been, originated.

    `started_at` is when Asterisk showed the first channel; the slot error is `started_at - slot_at`.
    `hangup_cause` is the Q.850 integer as received. `rang`: the callee's side was heard to ring (SIP 180);
    false also where that was not seen. `billed_s` counts started seconds from answer to hangup.
    """

    disposition: Disposition
    hangup_cause: int | None = None
    rang: bool = False
    originated_at: datetime | None = None
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime
    billed_s: int = 0
    account_code: str
    device_id: UUID
    trunk_id: UUID
