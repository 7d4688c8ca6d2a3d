"""From a command to its recorded facts: load, fold, decide, append; again if another was faster."""

import logging
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg
from evendial_chassis.outbox import Connection
from evendial_contracts.message import CampaignFact, tag_of
from evendial_contracts.resources import DeviceDefined

from evendial_campaigns import campaign_store, event_store, number_list
from evendial_campaigns.core.campaign import Campaign, fold
from evendial_campaigns.core.commands import Activate, CampaignCommand, ChangeRules, Create, Facts
from evendial_campaigns.core.decide import decide
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.event_store import Conflict, History, campaign_stream

logger = logging.getLogger(__name__)

TRIES = 10

Also = Callable[[Connection], Awaitable[None]]
"""More writes for the transaction that appends the facts."""


class CommandHandler:
    """Takes commands on campaigns. `time_zones` are the names of the IANA database."""

    def __init__(self, pool: asyncpg.Pool, definitions: Definitions, time_zones: frozenset[str]) -> None:
        self._pool = pool
        self._definitions = definitions
        self._time_zones = time_zones

    async def handle(self, campaign_id: UUID, command: CampaignCommand, also: Also | None = None) -> Campaign:
        """The campaign after the command, its facts committed. Raises `Rejected`."""
        for _ in range(TRIES - 1):
            try:
                return await self._once(campaign_id, command, also)
            except Conflict:
                continue
        return await self._once(campaign_id, command, also)

    async def _once(self, campaign_id: UUID, command: CampaignCommand, also: Also | None) -> Campaign:
        history = await event_store.load(self._pool, campaign_stream(campaign_id))
        before = fold(history.events)
        facts = await self._facts(before, command)
        events = decide(before, command, facts)
        after = fold(events, before)
        assert after is not None, "decide refuses commands on a campaign that is not there"
        if events:
            await self._commit(history, after, events, also)
        return after

    async def _commit(
        self, history: History, after: Campaign, events: list[CampaignFact], also: Also | None
    ) -> None:
        stream = campaign_stream(after.campaign_id)
        async with self._pool.acquire() as connection, connection.transaction():
            await event_store.append(connection, stream, history.version, events)
            await campaign_store.save(connection, after)
            if also:
                await also(connection)
        for event in events:
            logger.info(
                "recorded",
                extra={"action": "recorded", "type": tag_of(event), "campaign_id": event.campaign_id},
            )

    async def _facts(self, campaign: Campaign | None, command: CampaignCommand) -> Facts:
        match command:
            case Create():
                device = await self._device(command.rules.device_id, command.by.user_id)
                return Facts(device=device, time_zones=self._time_zones)
            case ChangeRules() if campaign:
                device = await self._device(command.rules.device_id, campaign.owner_id)
                return Facts(device=device, time_zones=self._time_zones)
            case Activate() if campaign:
                device = await self._device(campaign.rules.device_id, campaign.owner_id)
                free = await number_list.still_to_call(self._pool, campaign)
                return Facts(device=device, free_numbers=free)
            case _:
                return Facts()

    async def _device(self, device_id: UUID | None, owner_id: UUID) -> DeviceDefined | None:
        return await self._definitions.device_of(device_id, owner_id) if device_id else None
