"""A subscriber as any other team could write it: nothing but `evendial-contracts` and a NATS client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import nats
from evendial_contracts.calls import CallEnded
from evendial_contracts.campaigns import CampaignFinished
from evendial_contracts.codec import decode
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.envelope import open_envelope
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumberFailed, NumberScheduled, NumbersChunk
from nats.aio.msg import Msg

End = CallEnded | NumberDialVoided


class Listener:
    """What has been heard of one campaign so far."""

    def __init__(self) -> None:
        self.e164: dict[int, str] = {}
        self.planned: dict[UUID, NumberScheduled] = {}
        """Each dial command that was planned."""
        self.ends: dict[UUID, End] = {}
        """The end of each dial command."""
        self.ended_twice: list[UUID] = []
        """Commands that ended twice under different event ids: there must be none."""
        self.settled: set[int] = set()
        """Numbers that will not be called again."""
        self.finished = False
        self._end_ids: dict[UUID, UUID] = {}

    @property
    def calls(self) -> list[CallEnded]:
        """The calls that have ended, in the order of their slots."""
        calls = [end for end in self.ends.values() if isinstance(end, CallEnded)]
        return sorted(calls, key=lambda call: call.slot_at)

    async def hear(self, raw: Msg) -> None:
        """Take in one message; a repeat changes nothing."""
        envelope = open_envelope(raw.headers)
        message = decode(envelope.type, raw.data)
        if isinstance(message, Message):
            self._note(message, envelope.id)

    def _note(self, message: Message, event_id: UUID) -> None:
        match message:
            case NumbersChunk():
                self.e164 |= {listed.number_id: listed.e164 for listed in message.numbers}
            case NumberScheduled():
                self.planned[message.command_id] = message
            case CallEnded() | NumberDialVoided():
                self._note_end(message, event_id)
            case NumberFailed():
                self.settled.add(message.number_id)
            case CampaignFinished():
                self.finished = True

    def _note_end(self, end: End, event_id: UUID) -> None:
        if self._end_ids.setdefault(end.command_id, event_id) != event_id:
            self.ended_twice.append(end.command_id)
        self.ends[end.command_id] = end
        if isinstance(end, CallEnded) and end.answered_at is not None:
            self.settled.add(end.number_id)


@asynccontextmanager
async def listening(nats_url: str, owner_id: str, campaign_id: str) -> AsyncIterator[Listener]:
    """Hear everything about one campaign, from its first event on."""
    listener = Listener()
    client = await nats.connect(nats_url)
    try:
        stream = client.jetstream()
        for subject in (f"evendial.event.*.*.{owner_id}.{campaign_id}", f"evendial.numbers.{campaign_id}.>"):
            await stream.subscribe(subject, ordered_consumer=True, cb=listener.hear)
        yield listener
    finally:
        await client.close()
