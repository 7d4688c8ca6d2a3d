"""What was said of the ledger outside of its database: claims, outcomes, and the gates it must know."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from evendial_chassis.bus import Bus, NotPublished
from evendial_chassis.replay import acknowledged, last_seq, newest, replay
from evendial_chassis.streams import stream_of
from evendial_contracts.calls import CallEnded
from evendial_contracts.campaigns import CampaignActivated, CampaignFinished, CampaignStopped
from evendial_contracts.claims import AttemptClaimed
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.subjects import CLAIMS, EVENTS, claims_of, events_of
from evendial_contracts.suppressions import SuppressionSaid

from evendial_originator.gate_table import GateEvent
from evendial_originator.suppressions import HEARD as SUPPRESSIONS
from evendial_originator.witness import claim_id

CLAIMS_STREAM = stream_of([CLAIMS])
EVENTS_STREAM = stream_of([EVENTS])
FACTS = events_of(
    CallEnded,
    NumberDialVoided,
    CampaignActivated,
    CampaignStopped,
    CampaignFinished,
    *SUPPRESSIONS,
)
PUBLISH_S = 5.0

End = CallEnded | NumberDialVoided


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """A place in both streams, and when these streams were made."""

    claims_made_at: datetime
    claims_seq: int
    events_made_at: datetime
    events_seq: int


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the events stream says of attempts, of gates and of persons, in its order."""

    ends: Sequence[End] = ()
    gates: Sequence[GateEvent] = ()
    suppressions: Sequence[SuppressionSaid] = ()


class Outside:
    """The bus as the ledger's second memory. Every method raises ConnectionError while it cannot serve."""

    def __init__(self, bus: Bus, *, ledger: str, readers: Sequence[str]) -> None:
        self._bus = bus
        self._subject = claims_of(ledger)
        self._readers = readers

    async def places(self) -> Places:
        """The end of both streams; in the events, no further than `readers` (durables) have come."""
        claims_made_at, events_made_at = self._made_at(CLAIMS_STREAM), self._made_at(EVENTS_STREAM)
        claims_seq = await last_seq(self._bus, CLAIMS_STREAM)
        events_seq = await last_seq(self._bus, EVENTS_STREAM)
        for durable in self._readers:
            read = await acknowledged(self._bus, EVENTS_STREAM, durable)
            events_seq = events_seq if read is None else min(read, events_seq)
        return Places(
            claims_made_at=claims_made_at,
            claims_seq=claims_seq,
            events_made_at=events_made_at,
            events_seq=events_seq,
        )

    async def newest_claim(self) -> UUID | None:
        """The command that was claimed last."""
        found = await newest(self._bus, self._subject)
        return found.message.command_id if found and isinstance(found.message, AttemptClaimed) else None

    async def claims(self, *, after: int) -> list[AttemptClaimed]:
        """The claims of this ledger above that place."""
        found: list[AttemptClaimed] = []
        async for batch in replay(self._bus, [self._subject], after=after):
            found += [each.message for each in batch if isinstance(each.message, AttemptClaimed)]
        return found

    async def facts(self, *, after: int) -> Facts:
        """The ends of attempts, and what bears on claims, above that place."""
        ends: list[End] = []
        gates: list[GateEvent] = []
        suppressions: list[SuppressionSaid] = []
        async for batch in replay(self._bus, FACTS, after=after):
            ends += [each.message for each in batch if isinstance(each.message, End)]
            gates += [each.message for each in batch if isinstance(each.message, GateEvent)]
            suppressions += [each.message for each in batch if isinstance(each.message, SuppressionSaid)]
        return Facts(ends=ends, gates=gates, suppressions=suppressions)

    async def say(self, claims: Sequence[AttemptClaimed]) -> None:
        """Says claims that the stream has lost once more."""
        try:
            async with asyncio.TaskGroup() as group:
                for each in claims:
                    group.create_task(self._bus.publish(each, id=claim_id(each), deadline_s=PUBLISH_S))
        except* NotPublished as failures:
            raise ConnectionError("claims could not be said again") from failures

    def _made_at(self, stream: str) -> datetime:
        if (made_at := self._bus.made_at(stream)) is None:
            raise ConnectionError(f"stream {stream} is looked for")
        return made_at
