"""Hears the other services: keeps what they say, and shows what it means."""

import logging
from collections.abc import Callable

import asyncpg
from evendial_chassis.bus import Bus
from evendial_chassis.consumed import Consumed
from evendial_chassis.consumer import Consumer, Delivery
from evendial_chassis.pull import Gather
from evendial_chassis.run import Stop
from evendial_contracts.actions import ActionCompleted, SequenceEnded
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated
from evendial_contracts.campaigns import CampaignExhausted
from evendial_contracts.dialing import NumberDialVoided
from evendial_contracts.numbers import (
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumberSuppressed,
    NumberWaitingRetry,
)
from evendial_contracts.subjects import events_of
from evendial_contracts.trunks import TrunkDegraded, TrunkRecovered

from evendial_campaigns import event_store, projection_store
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.call_record import merged
from evendial_campaigns.core.commands import Finish
from evendial_campaigns.core.progress import latest
from evendial_campaigns.core.rejected import Rejected

logger = logging.getLogger(__name__)

DURABLE = "campaigns"
HEARD = events_of(
    NumberScheduled,
    NumberWaitingRetry,
    NumberFailed,
    NumberReleased,
    NumberSuppressed,
    NumberDialVoided,
    CallOriginated,
    CallAnswered,
    CallEnded,
    ActionCompleted,
    SequenceEnded,
    CampaignExhausted,
    TrunkDegraded,
    TrunkRecovered,
)
OF_EACH_CALL = Gather(
    seconds=0.05,
    subjects=events_of(
        NumberScheduled, CallOriginated, CallAnswered, CallEnded, ActionCompleted, SequenceEnded
    ),
)
"""What every call says, one after the other; whoever watches sees it so much later at most."""


class Projector:
    """The loop that consumes what scheduler, originator and agi say; `ring` tells that some was stored."""

    def __init__(
        self, pool: asyncpg.Pool, bus: Bus, handler: CommandHandler, ring: Callable[[], None]
    ) -> None:
        self._pool = pool
        self._handler = handler
        self._ring = ring
        self.consumer = Consumer(bus, DURABLE, HEARD, consumed=Consumed(pool, DURABLE), gather=OF_EACH_CALL)

    async def run(self, stop: Stop) -> None:
        """Until told to stop."""
        await self.consumer.handle(self.handle, stop)

    async def handle(self, deliveries: list[Delivery]) -> None:
        """Takes a batch; the same again, or in another order, changes nothing."""
        messages = [delivery.message for delivery in deliveries]
        async with self._pool.acquire() as connection, connection.transaction():
            await event_store.hear(connection, deliveries)
            await projection_store.save_numbers(connection, latest(messages))
            await projection_store.save_calls(connection, merged(messages))
        self._ring()
        for message in messages:
            if isinstance(message, CampaignExhausted):
                await self._finish(message)

    async def _finish(self, exhausted: CampaignExhausted) -> None:
        try:
            await self._handler.handle(
                exhausted.campaign_id, Finish(epoch=exhausted.epoch, batches=exhausted.batches)
            )
        except Rejected as refusal:
            logger.warning(
                "not finished",
                extra={
                    "action": "finish_refused",
                    "campaign_id": exhausted.campaign_id,
                    "reason": refusal.slug,
                },
            )
