"""Facts about attempts in the order in which they hold: one begins after the end of the one before it."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
from evendial_contracts.calls import CallEnded, CallOriginated
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumberScheduled


class Turn(msgspec.Struct, kw_only=True):
    """Of each number one attempt at most: what began, what was placed, what ended."""

    scheduled: list[NumberScheduled] = []
    originated: list[CallOriginated] = []
    ends: list[CallEnded | NumberDialVoided] = []


def turns(messages: Sequence[Message]) -> Iterator[Turn]:
    """These facts, the later attempts of a number in later turns."""
    turn, ended = Turn(), set[tuple[UUID, int]]()
    for message in messages:
        match message:
            case NumberScheduled():
                if (message.campaign_id, message.number_id) in ended:
                    yield turn
                    turn, ended = Turn(), set()
                turn.scheduled.append(message)
            case CallOriginated():
                turn.originated.append(message)
            case CallEnded() | NumberDialVoided():
                turn.ends.append(message)
                ended.add((message.campaign_id, message.number_id))
            case _:
                pass
    yield turn
