"""What the events of the agi service prove of a call: who was served has answered."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
from evendial_contracts.actions import ActionCompleted, SequenceEnded, SequenceResult

from evendial_originator.core.facts import CallFact, Left, Served
from evendial_originator.core.originate import channel_id

STILL_ON_THE_LINE = frozenset({SequenceResult.HANDED_OVER, SequenceResult.INTERRUPTED})
"""Ends of a sequence that say nothing of the end of the call; the second may be said long afterwards."""

Report = ActionCompleted | SequenceEnded


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The call was answered by `answered_at`; `left_at`: when the agi service was done with it."""

    answered_at: datetime
    left_at: datetime | None = None


def proof_of(report: Report, said_at: datetime) -> Proof:
    """Of one event; `said_at` is when it was said."""
    match report:
        case ActionCompleted(started_at=started_at):
            return Proof(answered_at=min(started_at, said_at))
        case SequenceEnded(result=result):
            left_at = None if result in STILL_ON_THE_LINE else said_at
            return Proof(answered_at=said_at, left_at=left_at)


def together(one: Proof, other: Proof) -> Proof:
    """What both say."""
    return Proof(answered_at=min(one.answered_at, other.answered_at), left_at=one.left_at or other.left_at)


def facts_of(report: Report, said: Proof) -> Iterator[CallFact]:
    """The same as facts about the call's channel."""
    channel = channel_id(report.command_id)
    yield Served(channel_id=channel, at=said.answered_at)
    if said.left_at:
        yield Left(channel_id=channel, at=said.left_at)
