"""From a command to its recorded facts: load, fold, decide and append, in one transaction."""

import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
from evendial_chassis.outbox import Connection
from evendial_contracts.envelope import open_envelope
from evendial_contracts.message import CampaignFact, tag_of

from evendial_campaigns import campaign_facts, campaign_store, event_store
from evendial_campaigns.campaign_facts import FactReader
from evendial_campaigns.core.campaign import Campaign, fold
from evendial_campaigns.core.commands import CampaignCommand
from evendial_campaigns.core.decide import decide
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.versions import Expected, check_version
from evendial_campaigns.event_store import Conflict, campaign_stream

logger = logging.getLogger(__name__)

TRIES = 3
"""The locks let one at a time decide on a campaign; a conflict is a writer that did not take them."""

Also = Callable[[Connection], Awaitable[None]]
"""More writes for the transaction that appends the facts."""


class CommandHandler:
    """Takes commands on campaigns."""

    def __init__(self, pool: asyncpg.Pool, facts: FactReader) -> None:
        self._pool = pool
        self._facts = facts

    async def handle(
        self,
        campaign_id: UUID,
        command: CampaignCommand,
        also: Also | None = None,
        *,
        expected: Expected = None,
    ) -> Campaign:
        """The campaign after the command, its facts committed; nothing is changed unless it is as expected.

        Raises `Rejected`.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._once(campaign_id, command, also, expected)
            except Conflict:
                continue
        return await self._once(campaign_id, command, also, expected)

    async def refusal(self, campaign_id: UUID, command: CampaignCommand) -> Rejected | None:
        """What the command would be refused with now; nothing is changed."""
        async with self._pool.acquire() as connection, connection.transaction():
            history = await event_store.load(connection, campaign_stream(campaign_id))
            before = fold(history.events)
            try:
                decide(before, command, await self._facts.read(connection, before, command))
            except Rejected as refusal:
                return refusal
        return None

    async def _once(
        self, campaign_id: UUID, command: CampaignCommand, also: Also | None, expected: Expected
    ) -> Campaign:
        async with self._pool.acquire() as connection, connection.transaction():
            await campaign_facts.lock(connection, campaign_id, command)
            history = await event_store.load(connection, campaign_stream(campaign_id))
            before = fold(history.events)
            if before is not None and not before.deleted:
                check_version(before.version, expected)
            facts = await self._facts.read(connection, before, command)
            events = decide(before, command, facts)
            after = fold(events, before)
            assert after is not None, "decide refuses commands on a campaign that is not there"
            if events:
                await _record(connection, history.version, after, events)
                if also:
                    await also(connection)
        _tell(events)
        return after


async def _record(connection: Connection, version: int, after: Campaign, events: list[CampaignFact]) -> None:
    outgoing = await event_store.append(connection, campaign_stream(after.campaign_id), version, events)
    await campaign_store.save(connection, after, open_envelope(outgoing[-1].headers).time)


def _tell(events: list[CampaignFact]) -> None:
    for event in events:
        logger.info(
            "recorded",
            extra={"action": "recorded", "type": tag_of(event), "campaign_id": event.campaign_id},
        )
