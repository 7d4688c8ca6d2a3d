"""The loop that hears what others have said: campaigns, what they call through, how attempts have ended."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from evendial_chassis.bus import Bus
from evendial_chassis.consumed import Consumed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.pull import Gather
from evendial_chassis.run import Stop
from evendial_contracts.calls import CallEnded, CallOriginated
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignCreated,
    CampaignDeleted,
    CampaignFinished,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    SequenceChanged,
)
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.message import Message
from evendial_contracts.numbers import NumberScheduled
from evendial_contracts.resources import DeviceDefined, LimitsDefined, TrunkDefined
from evendial_contracts.subjects import events_of
from evendial_contracts.suppressions import SuppressionRemoved, SuppressionsDelisted, entries_of
from evendial_contracts.trunks import TrunkCarried, TrunkFailing

from evendial_scheduler import (
    attempt_store,
    campaign_store,
    import_store,
    refill_store,
    resource_store,
    suppression_store,
    trunk_watch,
)
from evendial_scheduler.clock import Clock
from evendial_scheduler.core.turns import turns
from evendial_scheduler.exhaustion_store import announce_exhausted
from evendial_scheduler.outcomes import settle
from evendial_scheduler.store import Connection, Pool, transaction

DURABLE = "scheduler-events"
BATCH = 200

HEARD = (
    CampaignCreated,
    CampaignRulesChanged,
    SequenceChanged,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    CampaignActivated,
    CampaignStopped,
    CampaignFinished,
    CampaignDeleted,
    TrunkDefined,
    DeviceDefined,
    LimitsDefined,
    NumberScheduled,
    CallOriginated,
    CallEnded,
    NumberDialVoided,
    TrunkFailing,
    TrunkCarried,
    SuppressionRemoved,
    SuppressionsDelisted,
)
OF_EACH_CALL = Gather(seconds=0.05, subjects=events_of(NumberScheduled, CallOriginated, CallEnded))
"""What every call says. A plan looks further ahead than that; all else is heard at once."""
PLANNED_AT_ONCE = (
    CampaignActivated | CampaignRulesChanged | SequenceChanged | TrunkDefined | DeviceDefined | LimitsDefined
)


class Wakes(Protocol):
    """Whoever plans."""

    def wake(self) -> None:
        """Something may be planned that was not before."""

    def numbers_came(self, campaigns: set[UUID]) -> None:
        """Numbers of these campaigns may be called again."""


class Projector:
    """Consumes through one durable that all schedulers share. What comes twice or late changes nothing."""

    def __init__(self, pool: Pool, clock: Clock, planning: Wakes, stored: Callable[[], None]) -> None:
        self._pool = pool
        self._clock = clock
        self._planning = planning
        self._stored = stored

    async def run(self, bus: Bus, stop: Stop) -> None:
        """Until told to stop."""
        consumed = Consumed(self._pool, DURABLE)
        consumer = Consumer(
            bus, DURABLE, events_of(*HEARD), batch=BATCH, consumed=consumed, gather=OF_EACH_CALL
        )
        await consumer.handle(self._handle, stop)

    async def _handle(self, batch: list[Delivery]) -> None:
        await self.project([each.message for each in batch])

    async def project(self, messages: Sequence[Message]) -> None:
        """Takes messages in, in one transaction, and tells whom it concerns."""
        now = self._clock()
        async with transaction(self._pool) as connection:
            for message in messages:
                await take_in(connection, message)
            await take_turns(connection, await refill_store.put_by(connection, messages), now)
            facts = await trunk_watch.hear(connection, messages, now)
            removed = [
                entry.suppression_id
                for each in messages
                if isinstance(each, suppression_store.Removed)
                for entry in entries_of(each)
            ]
            callable_again = await suppression_store.lift(connection, removed, now)
            await announce_exhausted(connection, _may_be_exhausted(messages))
        trunk_watch.tell(facts)
        if facts or any(isinstance(each, PLANNED_AT_ONCE) for each in messages):
            self._planning.wake()
        voided = {each.campaign_id for each in messages if isinstance(each, NumberDialVoided)}
        self._planning.numbers_came(voided | callable_again)
        self._stored()


async def take_turns(connection: Connection, messages: Sequence[Message], now: datetime) -> None:
    """What these facts mean for the numbers that they are about."""
    for turn in turns(messages):
        await attempt_store.were_scheduled(connection, turn.scheduled)
        await attempt_store.now_calling(connection, turn.originated)
        await settle(connection, turn.ends, now)


async def take_in(connection: Connection, message: Message) -> None:
    """What a fact says of a campaign and what it calls through."""
    match message:
        case CampaignCreated() | CampaignRulesChanged():
            await campaign_store.keep_rules(connection, message)
        case SequenceChanged():
            await campaign_store.keep_sequence_version(connection, message)
        case CampaignActivated() | CampaignStopped() | CampaignFinished():
            await campaign_store.turn(connection, message)
        case NumbersImported() | NumbersRedialled() | NumbersRemoved():
            await import_store.announce(connection, message)
        case TrunkDefined():
            await resource_store.define_trunk(connection, message)
        case DeviceDefined():
            await resource_store.define_device(connection, message)
        case LimitsDefined():
            await resource_store.define_limits(connection, message)
        case CampaignDeleted():
            await campaign_store.delete(connection, message)
        case _:
            pass  # the ends of attempts are settled together


def _may_be_exhausted(messages: Sequence[Message]) -> set[UUID]:
    last_words = CampaignActivated | import_store.Announcement | CallEnded
    return {each.campaign_id for each in messages if isinstance(each, last_words)}
